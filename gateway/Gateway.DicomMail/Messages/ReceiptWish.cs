using Gateway.DicomMail.Partners;

namespace Gateway.DicomMail.Messages;

/// <summary>What the sender of a message wants to be answered with.</summary>
/// <param name="Kind">Which kind of receipt.</param>
/// <param name="Address">At which address. It stands outside the encryption: nothing proves it.</param>
public sealed record ReceiptWish(ReceiptKind Kind, string Address);
