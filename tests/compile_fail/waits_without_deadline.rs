async fn waits(persona: withpersona::Persona) {
    let mut waits = persona.inquiries().wait_many(["inq_123", "inq_456"]);
    while let Some((id, outcome)) = waits.next().await {
        println!("{id}: {outcome:?}");
    }
}

fn main() {}
