//! What can happen, by name.

use crate::open_enum::open_enum;

open_enum! {
    /// What happened: the name of an event.
    ///
    /// These are the events whose payload Persona's document describes. Persona has others that
    /// can be subscribed to, and adds to them.
    ///
    /// See <https://docs.withpersona.com/webhooks>.
    EventName {
        /// An account got a relation.
        AccountAddedRelation = "account.added-relation",
        /// An account was archived.
        AccountArchived = "account.archived",
        /// An account took in another one.
        AccountConsolidated = "account.consolidated",
        /// An account was taken into another one.
        AccountConsolidatedWith = "account.consolidated-with",
        /// An account was created.
        AccountCreated = "account.created",
        /// An account was redacted.
        AccountRedacted = "account.redacted",
        /// An account lost a relation.
        AccountRemovedRelation = "account.removed-relation",
        /// An account was restored from the archive.
        AccountRestored = "account.restored",
        /// An account changed its status.
        AccountStatusUpdated = "account.status-updated",
        /// An account got a tag.
        AccountTagAdded = "account.tag-added",
        /// An account lost a tag.
        AccountTagRemoved = "account.tag-removed",
        /// An account changed its fields.
        AccountUpdatedFields = "account.updated-fields",
        /// An account changed its tags.
        AccountUpdatedTags = "account.updated-tags",
        /// A case was assigned to somebody.
        CaseAssigned = "case.assigned",
        /// A case was created.
        CaseCreated = "case.created",
        /// A case was exported.
        CaseExported = "case.exported",
        /// A case moved to another queue.
        CaseQueueUpdated = "case.queue-updated",
        /// A case was redacted.
        CaseRedacted = "case.redacted",
        /// A case was opened again.
        CaseReopened = "case.reopened",
        /// A case was resolved.
        CaseResolved = "case.resolved",
        /// A case was not resolved in the agreed time.
        CaseSlaExpired = "case.sla-expired",
        /// A case changed its status.
        CaseStatusUpdated = "case.status-updated",
        /// A case changed its fields.
        CaseUpdatedFields = "case.updated-fields",
        /// A case changed its tags.
        CaseUpdatedTags = "case.updated-tags",
        /// A document was created.
        DocumentCreated = "document.created",
        /// A document ended in an error.
        DocumentErrored = "document.errored",
        /// A document was read.
        DocumentExtracted = "document.extracted",
        /// A document waits to be handed in.
        DocumentPending = "document.pending",
        /// A document was processed.
        DocumentProcessed = "document.processed",
        /// A document was handed in.
        DocumentSubmitted = "document.submitted",
        /// A graph query was cancelled.
        GraphQueryCancelled = "graph-query.cancelled",
        /// A graph query was completed.
        GraphQueryCompleted = "graph-query.completed",
        /// A graph query ended in an error.
        GraphQueryErrored = "graph-query.errored",
        /// A graph query was run again.
        GraphQueryReran = "graph-query.reran",
        /// A graph query took too long.
        GraphQueryTimedOut = "graph-query.timed-out",
        /// A run of an importer pipeline was cancelled.
        ImporterPipelineRunCanceled = "importer-pipeline-run.canceled",
        /// A run of an importer pipeline was completed.
        ImporterPipelineRunCompleted = "importer-pipeline-run.completed",
        /// A run of an importer pipeline ended in an error.
        ImporterPipelineRunErrored = "importer-pipeline-run.errored",
        /// A run of an importer pipeline was paused.
        ImporterPipelineRunPaused = "importer-pipeline-run.paused",
        /// A run of an importer pipeline goes on.
        ImporterPipelineRunResumed = "importer-pipeline-run.resumed",
        /// A run of an importer pipeline began.
        ImporterPipelineRunStarted = "importer-pipeline-run.started",
        /// A session of an inquiry was cancelled.
        InquirySessionCanceled = "inquiry-session.canceled",
        /// A session of an inquiry expired.
        InquirySessionExpired = "inquiry-session.expired",
        /// A session of an inquiry began.
        InquirySessionStarted = "inquiry-session.started",
        /// An inquiry was approved.
        InquiryApproved = "inquiry.approved",
        /// An inquiry was completed.
        InquiryCompleted = "inquiry.completed",
        /// An inquiry was created.
        InquiryCreated = "inquiry.created",
        /// An inquiry was declined.
        InquiryDeclined = "inquiry.declined",
        /// An inquiry expired.
        InquiryExpired = "inquiry.expired",
        /// An inquiry failed.
        InquiryFailed = "inquiry.failed",
        /// An inquiry waits for a reviewer.
        InquiryMarkedForReview = "inquiry.marked-for-review",
        /// An inquiry was redacted.
        InquiryRedacted = "inquiry.redacted",
        /// An inquiry led to a reusable persona.
        InquiryReusablePersonaCreated = "inquiry.reusable-persona-created",
        /// An inquiry was answered by a reusable persona.
        InquiryReusablePersonaUsed = "inquiry.reusable-persona-used",
        /// An inquiry began.
        InquiryStarted = "inquiry.started",
        /// An inquiry moved to another step.
        InquiryTransitioned = "inquiry.transitioned",
        /// An inquiry changed its tags.
        InquiryUpdatedTags = "inquiry.updated-tags",
        /// A report (`address-lookup`) ended in an error.
        ReportAddressLookupErrored = "report/address-lookup.errored",
        /// A report (`address-lookup`) is ready.
        ReportAddressLookupReady = "report/address-lookup.ready",
        /// A report (`address-lookup`) was asked for.
        ReportAddressLookupSubmitted = "report/address-lookup.submitted",
        /// A report (`adverse-media`) had its matches dismissed.
        ReportAdverseMediaDismissed = "report/adverse-media.dismissed",
        /// A report (`adverse-media`) ended in an error.
        ReportAdverseMediaErrored = "report/adverse-media.errored",
        /// A report (`adverse-media`) found a match.
        ReportAdverseMediaMatched = "report/adverse-media.matched",
        /// A report (`adverse-media`) is ready.
        ReportAdverseMediaReady = "report/adverse-media.ready",
        /// A report (`business-adverse-media`) had its matches dismissed.
        ReportBusinessAdverseMediaDismissed = "report/business-adverse-media.dismissed",
        /// A report (`business-adverse-media`) ended in an error.
        ReportBusinessAdverseMediaErrored = "report/business-adverse-media.errored",
        /// A report (`business-adverse-media`) found a match.
        ReportBusinessAdverseMediaMatched = "report/business-adverse-media.matched",
        /// A report (`business-adverse-media`) is ready.
        ReportBusinessAdverseMediaReady = "report/business-adverse-media.ready",
        /// A report (`business-associated-persons`) ended in an error.
        ReportBusinessAssociatedPersonsErrored = "report/business-associated-persons.errored",
        /// A report (`business-associated-persons`) is ready.
        ReportBusinessAssociatedPersonsReady = "report/business-associated-persons.ready",
        /// A report (`business-lookup`) ended in an error.
        ReportBusinessLookupErrored = "report/business-lookup.errored",
        /// A report (`business-lookup`) is ready.
        ReportBusinessLookupReady = "report/business-lookup.ready",
        /// A report (`business-registrations-lookup`) ended in an error.
        ReportBusinessRegistrationsLookupErrored = "report/business-registrations-lookup.errored",
        /// A report (`business-registrations-lookup`) is ready.
        ReportBusinessRegistrationsLookupReady = "report/business-registrations-lookup.ready",
        /// A report (`business-watchlist`) had its matches dismissed.
        ReportBusinessWatchlistDismissed = "report/business-watchlist.dismissed",
        /// A report (`business-watchlist`) ended in an error.
        ReportBusinessWatchlistErrored = "report/business-watchlist.errored",
        /// A report (`business-watchlist`) found a match.
        ReportBusinessWatchlistMatched = "report/business-watchlist.matched",
        /// A report (`business-watchlist`) is ready.
        ReportBusinessWatchlistReady = "report/business-watchlist.ready",
        /// A report (`crypto-address-watchlist`) ended in an error.
        ReportCryptoAddressWatchlistErrored = "report/crypto-address-watchlist.errored",
        /// A report (`crypto-address-watchlist`) found a match.
        ReportCryptoAddressWatchlistMatched = "report/crypto-address-watchlist.matched",
        /// A report (`crypto-address-watchlist`) is ready.
        ReportCryptoAddressWatchlistReady = "report/crypto-address-watchlist.ready",
        /// A report (`email-address`) ended in an error.
        ReportEmailAddressErrored = "report/email-address.errored",
        /// A report (`email-address`) is ready.
        ReportEmailAddressReady = "report/email-address.ready",
        /// A report (`phone-number`) ended in an error.
        ReportPhoneNumberErrored = "report/phone-number.errored",
        /// A report (`phone-number`) is ready.
        ReportPhoneNumberReady = "report/phone-number.ready",
        /// A report (`politically-exposed-person`) had its matches dismissed.
        ReportPoliticallyExposedPersonDismissed = "report/politically-exposed-person.dismissed",
        /// A report (`politically-exposed-person`) ended in an error.
        ReportPoliticallyExposedPersonErrored = "report/politically-exposed-person.errored",
        /// A report (`politically-exposed-person`) found a match.
        ReportPoliticallyExposedPersonMatched = "report/politically-exposed-person.matched",
        /// A report (`politically-exposed-person`) is ready.
        ReportPoliticallyExposedPersonReady = "report/politically-exposed-person.ready",
        /// A report (`profile-non-authoritative`) ended in an error.
        ReportProfileNonAuthoritativeErrored = "report/profile-non-authoritative.errored",
        /// A report (`profile-non-authoritative`) is ready.
        ReportProfileNonAuthoritativeReady = "report/profile-non-authoritative.ready",
        /// A report (`profile`) ended in an error.
        ReportProfileErrored = "report/profile.errored",
        /// A report (`profile`) is ready.
        ReportProfileReady = "report/profile.ready",
        /// A report (`sentilink-scores`) ended in an error.
        ReportSentilinkScoresErrored = "report/sentilink-scores.errored",
        /// A report (`sentilink-scores`) is ready.
        ReportSentilinkScoresReady = "report/sentilink-scores.ready",
        /// A report (`social-media`) ended in an error.
        ReportSocialMediaErrored = "report/social-media.errored",
        /// A report (`social-media`) is ready.
        ReportSocialMediaReady = "report/social-media.ready",
        /// A report (`synthetic`) ended in an error.
        ReportSyntheticErrored = "report/synthetic.errored",
        /// A report (`synthetic`) is ready.
        ReportSyntheticReady = "report/synthetic.ready",
        /// A report (`watchlist`) had its matches dismissed.
        ReportWatchlistDismissed = "report/watchlist.dismissed",
        /// A report (`watchlist`) ended in an error.
        ReportWatchlistErrored = "report/watchlist.errored",
        /// A report (`watchlist`) found a match.
        ReportWatchlistMatched = "report/watchlist.matched",
        /// A report (`watchlist`) is ready.
        ReportWatchlistReady = "report/watchlist.ready",
        /// A selfie was created.
        SelfieCreated = "selfie.created",
        /// A selfie ended in an error.
        SelfieErrored = "selfie.errored",
        /// A selfie was processed.
        SelfieProcessed = "selfie.processed",
        /// A selfie was handed in.
        SelfieSubmitted = "selfie.submitted",
        /// A type of transactions lost a field.
        TransactionTypeDeletedField = "transaction-type.deleted-field",
        /// A transaction got a relation.
        TransactionAddedRelation = "transaction.added-relation",
        /// A transaction was created.
        TransactionCreated = "transaction.created",
        /// A transaction was labelled.
        TransactionLabeled = "transaction.labeled",
        /// A transaction was redacted.
        TransactionRedacted = "transaction.redacted",
        /// A transaction lost a relation.
        TransactionRemovedRelation = "transaction.removed-relation",
        /// A transaction had its Sentinel session processed.
        TransactionSentinelSessionProcessed = "transaction.sentinel-session-processed",
        /// A transaction changed its status.
        TransactionStatusUpdated = "transaction.status-updated",
        /// A transaction changed its fields.
        TransactionUpdatedFields = "transaction.updated-fields",
        /// A verification was cancelled.
        VerificationCanceled = "verification.canceled",
        /// A verification was created.
        VerificationCreated = "verification.created",
        /// A verification was passed on to a closer look.
        VerificationEscalated = "verification.escalated",
        /// A verification failed.
        VerificationFailed = "verification.failed",
        /// A verification passed.
        VerificationPassed = "verification.passed",
        /// A verification has to be tried again.
        VerificationRequiresRetry = "verification.requires-retry",
        /// A verification was skipped.
        VerificationSkipped = "verification.skipped",
        /// A verification was handed in.
        VerificationSubmitted = "verification.submitted",
        /// A verification failed, subject to something under way.
        VerificationTentativelyFailed = "verification.tentatively-failed",
        /// A verification passed, subject to something under way.
        VerificationTentativelyPassed = "verification.tentatively-passed",
        /// A verification changed its tags.
        VerificationUpdatedTags = "verification.updated-tags",
        /// A run of a workflow was created.
        WorkflowRunCreated = "workflow-run.created",
        /// A run of a workflow ended in an error.
        WorkflowRunErrored = "workflow-run.errored",
        /// A run of a workflow goes on.
        WorkflowRunResumed = "workflow-run.resumed",
    }
}
