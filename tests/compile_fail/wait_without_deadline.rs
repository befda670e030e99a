async fn waits(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    persona.inquiries().wait("inq_123").await?;
    Ok(())
}

fn main() {}
