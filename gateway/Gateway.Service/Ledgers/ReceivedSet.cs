using Gateway.DicomMail.Partners;

namespace Gateway.Service.Ledgers;

/// <summary>A set of messages that a partner sends, as far as it has come.</summary>
/// <param name="Partner">The partner.</param>
/// <param name="Set">The set.</param>
/// <param name="Total">How many messages it has.</param>
/// <param name="LastAt">When the last of them came.</param>
/// <param name="Messages">Those that came, by number.</param>
/// <param name="Asked">How often the partner was told which are missing.</param>
/// <param name="IsGivenUp">Whether those that are missing are waited for no more; one that comes all the same is taken.</param>
internal sealed record ReceivedSet(string Partner, string Set, int Total, DateTimeOffset LastAt, IReadOnlyDictionary<int, ReceivedMessage> Messages, int Asked, bool IsGivenUp = false)
{
    /// <summary>The numbers of those that have not come.</summary>
    public IReadOnlyList<int> Missing => [.. Enumerable.Range(1, Total).Where(part => !Messages.ContainsKey(part))];

    /// <summary>Whether it has come whole, and each of its messages was answered.</summary>
    public bool IsDone => Messages.Count == Total && Messages.Values.All(message => message.IsAnswered);
}

/// <summary>A message of a partner.</summary>
/// <param name="Part">Its number in the set.</param>
/// <param name="MessageId">Its Message-ID.</param>
/// <param name="ContentId">The Content-ID of its content; null where it has none.</param>
/// <param name="Names">Its instances, and those that were made of its documents.</param>
/// <param name="Unusable">How many of its objects and documents could not be taken.</param>
/// <param name="Wants">What the partner wants to be answered with.</param>
/// <param name="AnswerTo">The address at which it wants that.</param>
/// <param name="IsAnswered">Whether it was answered since it came last.</param>
/// <param name="Documents">Its documents that are neither an instance yet nor known to be unusable.</param>
internal sealed record ReceivedMessage(
    int Part, string MessageId, string? ContentId, IReadOnlyList<string> Names, int Unusable, ReceiptKind Wants, string AnswerTo, bool IsAnswered, IReadOnlyList<string> Documents)
{
    /// <summary>The message, once a document of it is an instance, or is known to be unusable (null).</summary>
    public ReceivedMessage Without(string document, string? instance) => this with
    {
        Documents = [.. Documents.Where(other => other != document)],
        Names = instance is null ? Names : [.. Names, instance],
        Unusable = instance is null ? Unusable + 1 : Unusable,
    };
}
