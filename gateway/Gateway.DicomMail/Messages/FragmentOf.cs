namespace Gateway.DicomMail.Messages;

/// <summary>Which fragment of a message one is (RFC 2046 section 5.2.2.1).</summary>
/// <param name="Id">The id that all fragments of the message share.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Total">How many there are; the last fragment must say, others may: null where this one does not.</param>
public sealed record FragmentOf(string Id, int Number, int? Total);
