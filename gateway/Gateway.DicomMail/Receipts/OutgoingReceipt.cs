namespace Gateway.DicomMail.Receipts;

/// <summary>A receipt that is sent.</summary>
/// <param name="Receipt">What it says.</param>
/// <param name="MessageId">Its own Message-ID, without angle brackets.</param>
/// <param name="From">Our mail address, at which the message arrived.</param>
/// <param name="To">Where the sender wants it.</param>
/// <param name="Stored">How many objects were stored.</param>
/// <param name="Refused">How many were refused.</param>
/// <param name="At">When it is written, UTC.</param>
public sealed record OutgoingReceipt(Receipt Receipt, string MessageId, string From, string To, int Stored, int Refused, DateTimeOffset At);
