//! Accounts: a person over all their inquiries, reports and transactions.
//!
//! See <https://docs.withpersona.com/accounts>.

mod account_type;
#[cfg(feature = "schemars")]
mod arguments;
mod create;
mod details;
mod list;
mod look_up;
mod relations;
mod update;
mod view;

use serde::Serialize;
use serde_json::Value;

use self::look_up::AccountCreation;
use crate::client::Persona;
use crate::error::{Error, ErrorKind};
#[cfg(all(feature = "inquiries", feature = "sessions"))]
use crate::id::InquiryId;
use crate::id::{AccountActionId, AccountId, IntoId, WorkflowRunId};
use crate::look_up::create_looking_up;
use crate::page::{Cursor, page};
use crate::raw::types;
use crate::relation::relation_body;
use crate::search::{Query, Search};
use crate::tag::Tag;

pub use self::account_type::{AccountType, AccountTypes};
#[cfg(feature = "schemars")]
pub use self::arguments::AccountFilter;
pub use self::create::{NewAccount, Upserted};
pub use self::list::AccountList;
pub use self::relations::RelationsRequest;
pub use self::update::AccountUpdate;
pub use self::view::Account;

/// Calls on accounts; get it by [`Persona::accounts`].
#[derive(Clone, Debug)]
pub struct Accounts {
    persona: Persona,
}

impl Persona {
    /// Calls on accounts.
    pub fn accounts(&self) -> Accounts {
        Accounts {
            persona: self.clone(),
        }
    }
}

impl Accounts {
    /// Creates an account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a new account that cannot be right, before anything is
    /// sent. A conflict ([`Error::is_conflict`]) when there is an account of this reference id:
    /// [`upsert`](Self::upsert) it, or take the one that is there by
    /// [`NewAccount::on_unknown`].
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/create-an-account>.
    ///
    /// ```no_run
    /// use withpersona::NewAccount;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = NewAccount::new().reference_id("user-1").name_first("Jane");
    /// let account = persona.accounts().create(new).await?;
    /// println!("{}", account.id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewAccount) -> Result<Account, Error> {
        let is_looked_up = new.is_looked_up();
        let reference_id = new.attributes.reference_id.clone();
        let body = new.into_body(None)?;
        if !is_looked_up {
            let raw = self.persona.raw();
            return Ok(raw.create_an_account(None, None, &body).await?.into());
        }
        let creation = AccountCreation {
            accounts: self,
            body,
            reference_id: reference_id.ok_or_else(|| {
                Error::invalid_input("on_unknown needs a reference id to look the account up by")
            })?,
        };
        create_looking_up(&self.persona, &creation).await
    }

    /// Creates an account, or updates the one that has the same value in the field `by`, which
    /// must be unique over the accounts of the type, such as `reference_id`.
    ///
    /// It can be sent again when nobody knows whether it arrived.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for one that cannot be right, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/create-an-account>.
    ///
    /// ```no_run
    /// use withpersona::NewAccount;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = NewAccount::new().reference_id("user-1").email_address("jane@example.com");
    /// let upserted = persona.accounts().upsert(new, "reference_id").await?;
    /// println!("{} {}", upserted.account.id(), upserted.is_new);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upsert(&self, new: NewAccount, by: impl Into<String>) -> Result<Upserted, Error> {
        let by = by.into();
        if by.is_empty() {
            return Err(Error::invalid_input("the field to upsert by is empty"));
        }
        if new.is_looked_up() {
            return Err(Error::invalid_input(
                "an upsert is not looked up: leave out on_unknown, and send it again instead",
            ));
        }
        let body = new.into_body(Some(by))?;
        let answer = self
            .persona
            .raw()
            .create_an_account(None, None, &body)
            .await?;
        Ok(Upserted {
            is_new: answer.status() == 201,
            account: answer.into(),
        })
    }

    /// Reads an account.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/retrieve-an-account>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let account = persona.accounts().retrieve("act_123").await?;
    /// let name = account.fields().get::<String>("name-first")?;
    /// println!("{}", name.is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<AccountId>) -> Result<Account, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_an_account(id.as_str(), None, None).await?;
        Ok(answer.into())
    }

    /// Lists accounts, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/list-all-accounts>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut accounts = persona.accounts().list().reference_id("user-1").items();
    /// let account = accounts.next().await.transpose()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> AccountList {
        AccountList::new(self.persona.in_background().raw())
    }

    /// Searches accounts by several conditions at once.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/search-accounts>.
    ///
    /// ```no_run
    /// use withpersona::Query;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let adults = Query::at_least("fields.age", 18);
    /// let mut found = persona.accounts().search(adults).items();
    /// while let Some(account) = found.next().await {
    ///     println!("{}", account?.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self, query: Query) -> Search<Account> {
        let raw = self.persona.in_background().raw();
        Search::new(raw, query, |raw, after, body| {
            Box::pin(async move {
                let after = after.as_ref().map(Cursor::as_str);
                let answer = raw
                    .search_accounts(None, after, None, None, &body)
                    .await?
                    .into_inner();
                let accounts = answer.data.into_iter().map(Account::from).collect();
                page(accounts, answer.links.as_ref())
            })
        })
    }

    /// Changes what the update names, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the update names nothing or cannot be sent; a conflict
    /// when the reference id is another account's, or when the account changed at the same
    /// moment: read and update again.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/update-an-account>.
    ///
    /// ```no_run
    /// use withpersona::AccountUpdate;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let update = AccountUpdate::new().name_last("Doe").status("Blocked");
    /// persona.accounts().update("act_123", update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(
        &self,
        id: impl IntoId<AccountId>,
        update: AccountUpdate,
    ) -> Result<Account, Error> {
        let id = id.into_id()?;
        let body = update.into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .update_an_account(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Deletes the person's data for good, in the account and in its inquiries, verifications and
    /// reports. The account itself stays, without it.
    ///
    /// It returns at once; what belongs to the account follows in the background. The session
    /// tokens that are kept for its inquiries are forgotten, in all processes that share the
    /// store: for that its inquiries are listed first, a request for each hundred. A key that may
    /// not read inquiries redacts all the same, and the tokens are kept until they expire or
    /// [`forget`](crate::Sessions::forget) is called.
    ///
    /// # Errors
    ///
    /// A conflict when it was redacted before. Where the inquiries could not be listed, nothing
    /// was redacted: call it again.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/redact-an-account>.
    pub async fn redact(&self, id: impl IntoId<AccountId>) -> Result<Account, Error> {
        let id = id.into_id()?;
        #[cfg(all(feature = "inquiries", feature = "sessions"))]
        let inquiries = self.inquiries_of(&id).await?;
        let raw = self.persona.raw();
        let answer = raw.redact_an_account(id.as_str(), None, None).await;
        #[cfg(all(feature = "inquiries", feature = "sessions"))]
        for inquiry in inquiries {
            // Done or not, or nobody knows: the way in is to be asked for again.
            self.persona.session_memory().forget(&inquiry).await;
        }
        Ok(answer?.into())
    }

    /// Those that the key may read.
    #[cfg(all(feature = "inquiries", feature = "sessions"))]
    async fn inquiries_of(&self, id: &AccountId) -> Result<Vec<InquiryId>, Error> {
        let list = self.persona.inquiries().list().account(id).page_size(100);
        let mut items = list.items();
        let mut ids = Vec::new();
        while let Some(item) = items.next().await {
            match item {
                Ok(inquiry) => ids.push(inquiry.id()),
                Err(error) if error.kind() == ErrorKind::Permission => break,
                Err(error) => return Err(error),
            }
        }
        Ok(ids)
    }

    /// Moves all that belongs to the sources over to this account, and archives the sources.
    /// Their own fields are not taken over. It cannot be undone, and goes on in the background.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] without a source, and for an account that is its own source.
    /// A conflict when a source was consolidated before.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/consolidate-into-an-account>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// persona.accounts().consolidate("act_123", ["act_124", "act_125"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn consolidate<I>(
        &self,
        id: impl IntoId<AccountId>,
        sources: I,
    ) -> Result<Account, Error>
    where
        I: IntoIterator,
        I::Item: IntoId<AccountId>,
    {
        let id = id.into_id()?;
        let sources = sources.into_iter().map(IntoId::into_id);
        let sources: Vec<AccountId> = sources.collect::<Result<_, _>>()?;
        if sources.is_empty() {
            return Err(Error::invalid_input("no account is given to consolidate"));
        }
        if sources.contains(&id) {
            return Err(Error::invalid_input(
                "the account cannot be consolidated into itself",
            ));
        }
        let body = types::ConsolidateIntoAnAccountRequest {
            meta: types::ConsolidateIntoAnAccountRequestMeta {
                source_account_ids: sources.into_iter().map(Into::into).collect(),
                ..Default::default()
            },
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .consolidate_into_an_account(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Adds a relation of the account type to another account or to a transaction. One that is
    /// there stays as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty key or target, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/add-relation>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// persona.accounts().add_relation("act_123", "family_members", "act_124").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_relation(
        &self,
        id: impl IntoId<AccountId>,
        key: impl Into<String>,
        target: impl AsRef<str>,
    ) -> Result<Account, Error> {
        let id = id.into_id()?;
        let body = relation_body(key, target.as_ref())?;
        let raw = self.persona.raw();
        let answer = raw
            .accounts_add_relation(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Removes a relation.
    ///
    /// # Errors
    ///
    /// As for [`add_relation`](Self::add_relation).
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/remove-relation>.
    pub async fn remove_relation(
        &self,
        id: impl IntoId<AccountId>,
        key: impl Into<String>,
        target: impl AsRef<str>,
    ) -> Result<Account, Error> {
        let id = id.into_id()?;
        let body = relation_body(key, target.as_ref())?;
        let raw = self.persona.raw();
        let answer = raw
            .accounts_remove_relation(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// The accounts and transactions that the account is related to by one key; `.await` it.
    ///
    /// Persona gives one page and takes no cursor here; the page's `next` tells if there is more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty key, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/list-all-relations>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// for related in persona.accounts().relations("act_123", "family_members").await?.items {
    ///     println!("{} {}", related.kind, related.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn relations(
        &self,
        id: impl IntoId<AccountId>,
        key: impl Into<String>,
    ) -> RelationsRequest {
        RelationsRequest::new(self.persona.raw(), id, key.into())
    }

    /// Adds a tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty tag, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/add-tag>.
    pub async fn add_tag(
        &self,
        id: impl IntoId<AccountId>,
        tag: impl Into<Tag>,
    ) -> Result<Account, Error> {
        let id = id.into_id()?;
        let body = tag_body(tag)?;
        let raw = self.persona.raw();
        let answer = raw.accounts_add_tag(id.as_str(), None, None, &body).await?;
        Ok(answer.into())
    }

    /// Removes a tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/remove-tag>.
    pub async fn remove_tag(
        &self,
        id: impl IntoId<AccountId>,
        tag: impl Into<Tag>,
    ) -> Result<Account, Error> {
        let id = id.into_id()?;
        let body = tag_body(tag)?;
        let raw = self.persona.raw();
        let answer = raw
            .accounts_remove_tag(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Replaces all tags by these; none at all removes every tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/accounts/set-all-tags>.
    pub async fn set_tags<I>(&self, id: impl IntoId<AccountId>, tags: I) -> Result<Account, Error>
    where
        I: IntoIterator,
        I::Item: Into<Tag>,
    {
        let id = id.into_id()?;
        let body = types::AccountTagsRequest {
            meta: Tag::into_set_meta(tags)?,
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .accounts_set_all_tags(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Runs an action of the dashboard on the account, with the parameters that its workflow
    /// takes: a map or a struct, or `()` for none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for parameters that are neither a map nor a struct, before
    /// anything is sent; [`ErrorKind::NotFound`] when there is no such account or action.
    ///
    /// ```no_run
    /// use std::collections::BTreeMap;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let parameters = BTreeMap::from([("reason", "chargeback")]);
    /// let run = persona.accounts().run_action("act_123", "accac_123", parameters).await?;
    /// println!("{}", run.workflow_run_id);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_action(
        &self,
        id: impl IntoId<AccountId>,
        action: impl IntoId<AccountActionId>,
        parameters: impl Serialize,
    ) -> Result<ActionRun, Error> {
        let id = id.into_id()?;
        let account_action_id = action.into_id()?.into();
        let parameters = match serde_json::to_value(parameters) {
            Ok(Value::Null) => None,
            Ok(Value::Object(parameters)) => Some(parameters.into()),
            _ => {
                return Err(Error::invalid_input(
                    "the parameters of the action are neither a map nor a struct",
                ));
            }
        };
        let body = types::RunAccountActionRequest {
            data: types::RunAccountActionRequestData {
                account_action_id,
                parameters,
                ..Default::default()
            },
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .run_account_action(id.as_str(), &body)
            .await?
            .into_inner();
        match answer.meta.and_then(|meta| meta.workflow_run_id) {
            Some(run) => Ok(ActionRun {
                account: answer.data.into(),
                workflow_run_id: WorkflowRunId::received(&run),
            }),
            None => Err(Error::new(
                ErrorKind::Decode,
                "at meta.workflow-run-id: the action was run, but no run came",
            )),
        }
    }
}

/// A run of an action, begun.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ActionRun {
    /// The account, as it was when the action began.
    pub account: Account,
    /// The run of the action's workflow.
    pub workflow_run_id: WorkflowRunId,
}

/// Accounts have a type of their own for it, with the same inside.
fn tag_body(tag: impl Into<Tag>) -> Result<types::AccountTagRequest, Error> {
    Ok(types::AccountTagRequest {
        meta: tag.into().into_meta()?,
        ..Default::default()
    })
}
