using System.Text.Json.Serialization;
using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Receipts;

namespace Gateway.Service.Ledgers;

/// <summary>
/// What has happened, once it has: a line of the ledger. A state only moves forward on such a line, and each names its proof. None holds
/// a patient's name or number; UIDs stand where later lines need them.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Received), "received")]
[JsonDerivedType(typeof(CameAgain), "cameAgain")]
[JsonDerivedType(typeof(Quarantined), "quarantined")]
[JsonDerivedType(typeof(Queued), "queued")]
[JsonDerivedType(typeof(Stored), "stored")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Postponed), "postponed")]
[JsonDerivedType(typeof(Finished), "finished")]
[JsonDerivedType(typeof(Removed), "removed")]
[JsonDerivedType(typeof(CommitmentAsked), "commitmentAsked")]
[JsonDerivedType(typeof(Committed), "committed")]
[JsonDerivedType(typeof(CommitmentOverdue), "commitmentOverdue")]
[JsonDerivedType(typeof(CommitmentRequested), "commitmentRequested")]
[JsonDerivedType(typeof(CommitmentReported), "commitmentReported")]
[JsonDerivedType(typeof(Planned), "planned")]
[JsonDerivedType(typeof(Packed), "packed")]
[JsonDerivedType(typeof(Accepted), "accepted")]
[JsonDerivedType(typeof(Acknowledged), "acknowledged")]
[JsonDerivedType(typeof(Returned), "returned")]
[JsonDerivedType(typeof(Recovered), "recovered")]
[JsonDerivedType(typeof(Informed), "informed")]
[JsonDerivedType(typeof(Bounced), "bounced")]
[JsonDerivedType(typeof(Overdue), "overdue")]
[JsonDerivedType(typeof(Fetched), "fetched")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(DocumentScanned), "documentScanned")]
[JsonDerivedType(typeof(DocumentFiled), "documentFiled")]
[JsonDerivedType(typeof(DocumentSetAside), "documentSetAside")]
[JsonDerivedType(typeof(Discarded), "discarded")]
[JsonDerivedType(typeof(Waits), "waits")]
[JsonDerivedType(typeof(Answered), "answered")]
[JsonDerivedType(typeof(AskedAgain), "askedAgain")]
[JsonDerivedType(typeof(Incomplete), "incomplete")]
[JsonDerivedType(typeof(Checked), "checked")]
[JsonDerivedType(typeof(Paused), "paused")]
[JsonDerivedType(typeof(Resumed), "resumed")]
internal abstract record LedgerEvent
{
    /// <summary>An instance is durable in the spool.</summary>
    /// <param name="Name">Its name in the spool.</param>
    /// <param name="Study">Its study instance UID; empty where it names none.</param>
    /// <param name="Series">Its series instance UID; empty where it names none.</param>
    /// <param name="Calling">Who sent it.</param>
    /// <param name="Called">The AE title that was called.</param>
    /// <param name="Bytes">The length of its data set.</param>
    /// <param name="To">Where it goes; empty where no route fits.</param>
    internal sealed record Received(
        string Name, string Study, string Series, string? Calling, string? Called, long Bytes, IReadOnlyList<Destination> To) : LedgerEvent;

    /// <summary>An instance that the spool has came again, and is to go where it was never to go before, or more urgently.</summary>
    /// <param name="Name">Its name in the spool.</param>
    /// <param name="Study">Its study instance UID; empty where it names none.</param>
    /// <param name="Series">Its series instance UID; empty where it names none.</param>
    /// <param name="Calling">Who sent it this time.</param>
    /// <param name="Called">The AE title that was called this time.</param>
    /// <param name="To">Where it goes beside where it went.</param>
    internal sealed record CameAgain(string Name, string Study, string Series, string? Calling, string? Called, IReadOnlyList<Destination> To) : LedgerEvent;

    /// <summary>An instance with the UID of another and other pixels was refused and kept aside.</summary>
    /// <param name="Name">Its name in the quarantine.</param>
    /// <param name="Of">The spool's name of the instance that it contradicts.</param>
    /// <param name="Calling">Who sent it.</param>
    internal sealed record Quarantined(string Name, string Of, string? Calling) : LedgerEvent;

    /// <summary>Instances wait to be sent together. The line's number is the delivery's.</summary>
    /// <param name="Target">The target's id.</param>
    /// <param name="Priority">How urgent it is.</param>
    /// <param name="Kind">Why it holds what it holds.</param>
    /// <param name="Study">The study instance UID.</param>
    /// <param name="Names">The instances, in the order in which they were received.</param>
    /// <param name="Plan">How it is divided into messages, where that is known: the partner wants those again. Null otherwise.</param>
    internal sealed record Queued(
        string Target, Priority Priority, DeliveryKind Kind, string Study, IReadOnlyList<string> Names, MessagePlan? Plan = null) : LedgerEvent;

    /// <summary>The target has an instance: the proof is its own answer.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Name">The instance.</param>
    /// <param name="Status">The target's status, four hexadecimal digits: 0000, or a warning.</param>
    /// <param name="Awaits">What it takes beside that before it counts as proved: <c>commitment</c>; null where nothing.</param>
    internal sealed record Stored(long Delivery, string Name, string Status, string? Awaits = null) : LedgerEvent;

    /// <summary>An instance will not be taken by the target, however often it is sent: a dead letter.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Name">The instance.</param>
    /// <param name="Status">The target's status, four hexadecimal digits; null where it was never sent.</param>
    /// <param name="Reason">Why, without patient data.</param>
    internal sealed record Refused(long Delivery, string Name, string? Status, string Reason) : LedgerEvent;

    /// <summary>An attempt failed; there will be another.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Attempt">How many have failed so far.</param>
    /// <param name="Until">When the next one is due.</param>
    /// <param name="Reason">Why, without patient data.</param>
    internal sealed record Postponed(long Delivery, int Attempt, DateTimeOffset Until, string Reason) : LedgerEvent;

    /// <summary>Nothing is left to do for a delivery: each of its instances is stored or refused, or it was given up.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="GivenUp">Why the rest was given up; null where there was none.</param>
    internal sealed record Finished(long Delivery, string? GivenUp) : LedgerEvent;

    /// <summary>An instance was deleted from the spool.</summary>
    /// <param name="Name">The instance.</param>
    /// <param name="Because">Which rule allowed it.</param>
    internal sealed record Removed(string Name, string Because) : LedgerEvent;

    /// <summary>A target is asked to commit itself to instances that it has stored (PS3.4 annex J). It is asked after this line.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Transaction">The transaction UID.</param>
    /// <param name="Names">The instances.</param>
    /// <param name="Until">When its report is overdue.</param>
    internal sealed record CommitmentAsked(long Delivery, string Transaction, IReadOnlyList<string> Names, DateTimeOffset Until) : LedgerEvent;

    /// <summary>A target has reported: the proof is its own report.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Transaction">The transaction UID.</param>
    /// <param name="Names">The instances that it keeps.</param>
    /// <param name="Failed">Those that it does not, which are sent again.</param>
    internal sealed record Committed(long Delivery, string Transaction, IReadOnlyList<string> Names, IReadOnlyList<UncommittedInstance> Failed) : LedgerEvent;

    /// <summary>A target was asked for commitment and has not reported in time.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Transaction">The transaction UID.</param>
    internal sealed record CommitmentOverdue(long Delivery, string Transaction) : LedgerEvent;

    /// <summary>A peer asks the gateway to commit itself. It is answered after this line; the line's number is the request's.</summary>
    /// <param name="Transaction">The transaction UID.</param>
    /// <param name="Calling">Who asks.</param>
    /// <param name="Called">The AE title that it called.</param>
    /// <param name="Instances">What it asks about.</param>
    internal sealed record CommitmentRequested(string Transaction, string Calling, string Called, IReadOnlyList<SopReference> Instances) : LedgerEvent;

    /// <summary>A request of a peer is closed: it was told, and has confirmed that, or cannot be told.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Kept">To how many instances the gateway commits itself.</param>
    /// <param name="NotKept">How many it does not have as they were asked about.</param>
    /// <param name="Untold">Why the peer was not told; null where it was.</param>
    internal sealed record CommitmentReported(long Request, int Kept, int NotKept, string? Untold) : LedgerEvent;

    /// <summary>How a delivery to a partner is divided into messages, which it stays however often it is interrupted.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Plan">The plan.</param>
    internal sealed record Planned(long Delivery, MessagePlan Plan) : LedgerEvent;

    /// <summary>A message lies signed and encrypted on the device.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="Bytes">Its length on the wire.</param>
    internal sealed record Packed(long Delivery, string Set, int Part, long Bytes) : LedgerEvent;

    /// <summary>A mail server has taken a message over: the proof is its answer.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="MessageId">Its Message-ID.</param>
    /// <param name="Server">The server.</param>
    /// <param name="Text">What it answered.</param>
    /// <param name="Confirms">Whether the partner will answer for it.</param>
    internal sealed record Accepted(long Delivery, string Set, int Part, string MessageId, string Server, string Text, bool Confirms) : LedgerEvent;

    /// <summary>The partner has answered for a message: the proof is its signature.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="Verdict">What it says (RFC 8098).</param>
    /// <param name="IsStored">Whether it says that the partner's PACS has the images.</param>
    /// <param name="Signer">The fingerprint of the partner's key.</param>
    /// <param name="Receipt">The Message-ID of the answer, by which one that comes twice is known.</param>
    /// <param name="Evidence">The name of the file that holds the answer.</param>
    internal sealed record Acknowledged(
        string Set, int Part, ReceiptVerdict Verdict, bool IsStored, string Signer, string Receipt, string Evidence) : LedgerEvent;

    /// <summary>Images that were sent will not arrive, and nothing more is done by itself: dead letters.</summary>
    /// <param name="Delivery">The delivery that they were sent for.</param>
    /// <param name="Target">The partner.</param>
    /// <param name="Priority">How urgent they are.</param>
    /// <param name="Study">The study instance UID.</param>
    /// <param name="Names">The instances.</param>
    /// <param name="Reason">Why, without patient data.</param>
    internal sealed record Returned(long Delivery, string Target, Priority Priority, string Study, IReadOnlyList<string> Names, string Reason) : LedgerEvent;

    /// <summary>A message that had come back has arrived all the same, as its recipient has signed: its images are dead letters no more.</summary>
    internal sealed record Recovered(string Target, IReadOnlyList<string> Names) : LedgerEvent;

    /// <summary>Somebody says something about a message, and nothing proves who: it informs, and moves no state.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="Verdict">What it says.</param>
    /// <param name="Evidence">The name of the file that holds the answer.</param>
    /// <param name="Receipt">The Message-ID of an answer that is signed, and asks for other messages of the set; null for one that proves nothing.</param>
    internal sealed record Informed(string Set, int Part, ReceiptVerdict Verdict, string Evidence, string? Receipt = null) : LedgerEvent;

    /// <summary>A mail server could not deliver a message (RFC 3464).</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="Status">The status code.</param>
    /// <param name="Reason">What the server says.</param>
    /// <param name="IsFinal">Whether it will try no more.</param>
    internal sealed record Bounced(string Set, int Part, string Status, string Reason, bool IsFinal) : LedgerEvent;

    /// <summary>The partner's time for its answer is over.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    internal sealed record Overdue(string Set, int Part) : LedgerEvent;

    /// <summary>A mail is durable here, and may be removed from its mailbox.</summary>
    /// <param name="Mailbox">The mailbox.</param>
    /// <param name="Id">Its id there.</param>
    /// <param name="Head">The hash of its headers: a server may give the id to another mail once this one is gone.</param>
    /// <param name="Mail">The name of its file.</param>
    /// <param name="Bytes">Its length.</param>
    internal sealed record Fetched(string Mailbox, string Id, string Head, string Mail, long Bytes) : LedgerEvent;

    /// <summary>A message of a partner was opened, and its images are in the spool.</summary>
    /// <param name="Mail">The name of the mail's file.</param>
    /// <param name="Partner">The partner whose signature it bears.</param>
    /// <param name="Signer">The fingerprint of that key.</param>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="Total">How many messages the set has.</param>
    /// <param name="MessageId">Its Message-ID.</param>
    /// <param name="ContentId">The Content-ID of its content; null where it has none.</param>
    /// <param name="Names">The spool's names of its images.</param>
    /// <param name="Unusable">How many of its objects could not be taken.</param>
    /// <param name="Wants">What the partner wants to be answered with.</param>
    /// <param name="AnswerTo">The address at which it wants that.</param>
    /// <param name="Documents">Its documents, which are kept; null where it has none.</param>
    internal sealed record Opened(
        string Mail, string Partner, string Signer, string Set, int Part, int Total, string MessageId, string? ContentId, IReadOnlyList<string> Names, int Unusable,
        ReceiptKind Wants, string AnswerTo, IReadOnlyList<ReceivedDocument>? Documents = null) : LedgerEvent;

    /// <summary>The virus scanner has found nothing in a document, and it can be made a PDF.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="Scanner">What the scanner is.</param>
    internal sealed record DocumentScanned(string Document, string Scanner) : LedgerEvent;

    /// <summary>A document is in the spool, as an object of its study.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="Name">The spool's name of the object.</param>
    internal sealed record DocumentFiled(string Document, string Name) : LedgerEvent;

    /// <summary>A document goes nowhere. It is kept aside for a person to look at, where the virus scanner has left it.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="Partner">Who sent it.</param>
    /// <param name="Reason">Why, without patient data.</param>
    /// <param name="IsInfected">Whether the virus scanner found something.</param>
    internal sealed record DocumentSetAside(string Document, string Partner, string Reason, bool IsInfected) : LedgerEvent;

    /// <summary>A mail cannot be used. It is kept aside for a person to look at.</summary>
    /// <param name="Mail">The name of its file.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="WaitsFor">The id of the key that it is signed by, 16 hexadecimal digits, where it is opened once that is a partner's; null otherwise.</param>
    internal sealed record Discarded(string Mail, string Reason, string? WaitsFor = null) : LedgerEvent;

    /// <summary>A mail waits until the disk has room for what is in it.</summary>
    /// <param name="Mail">The name of its file.</param>
    /// <param name="Attempt">How often it was tried to open it.</param>
    /// <param name="Until">When that is tried again.</param>
    /// <param name="Reason">Why, in bytes.</param>
    internal sealed record Waits(string Mail, int Attempt, DateTimeOffset Until, string Reason) : LedgerEvent;

    /// <summary>A partner's message was answered, and a mail server has taken the answer over.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Part">The message's number in it.</param>
    /// <param name="Verdict">What was answered.</param>
    /// <param name="Server">The server.</param>
    /// <param name="Text">What it answered.</param>
    /// <param name="Partner">The partner; null in lines of versions that did not tell.</param>
    internal sealed record Answered(string Set, int Part, ReceiptVerdict Verdict, string Server, string Text, string? Partner = null) : LedgerEvent;

    /// <summary>The partner was told which messages of a set never came.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Missing">Their numbers.</param>
    /// <param name="Partner">The partner; null in lines of versions that did not tell.</param>
    internal sealed record AskedAgain(string Set, IReadOnlyList<int> Missing, string? Partner = null) : LedgerEvent;

    /// <summary>A synthetic image was sent to a partner, to see whether the line works.</summary>
    /// <param name="Partner">The partner.</param>
    /// <param name="Study">The image's study instance UID.</param>
    internal sealed record Checked(string Partner, string Study) : LedgerEvent;

    /// <summary>Messages of a set will not come by themselves: the partner cannot be asked for them, or was asked in vain.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Partner">The partner.</param>
    /// <param name="Missing">Their numbers.</param>
    internal sealed record Incomplete(string Set, string Partner, IReadOnlyList<int> Missing) : LedgerEvent;

    /// <summary>The machine was set back to a snapshot, or seems to have been: nothing is sent until somebody has reconciled.</summary>
    /// <param name="Because">What showed it.</param>
    internal sealed record Paused(string Because) : LedgerEvent;

    /// <summary>Somebody has reconciled: sending goes on.</summary>
    /// <param name="By">Who.</param>
    internal sealed record Resumed(string By) : LedgerEvent;
}

/// <summary>How images are divided into the messages of a set.</summary>
/// <param name="Set">The id of the set.</param>
/// <param name="Total">How many messages the set has.</param>
/// <param name="Messages">Those that are to be sent: all, or those that the partner misses.</param>
internal sealed record MessagePlan(string Set, int Total, IReadOnlyList<PlannedMessage> Messages);

/// <summary>A message of a plan.</summary>
/// <param name="Part">Its number in the set.</param>
/// <param name="Names">Its instances.</param>
internal sealed record PlannedMessage(int Part, IReadOnlyList<string> Names);

/// <summary>An instance that a target does not keep.</summary>
/// <param name="Name">Its name in the spool.</param>
/// <param name="Reason">Failure Reason (0008,1197), four hexadecimal digits; null where the report does not name the instance.</param>
internal sealed record UncommittedInstance(string Name, string? Reason);

/// <summary>An instance as a peer names it.</summary>
/// <param name="Class">The SOP class UID.</param>
/// <param name="Instance">The SOP instance UID.</param>
internal sealed record SopReference(string Class, string Instance);
