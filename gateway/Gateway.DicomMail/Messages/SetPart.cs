namespace Gateway.DicomMail.Messages;

/// <summary>
/// Which message of a set one is (<c>X-TELEMEDICINE-SETID</c>, <c>-SETPART</c>, <c>-SETTOTAL</c>): a study is split into messages, each of
/// which can be decrypted alone.
/// </summary>
/// <param name="Set">The set's id.</param>
/// <param name="Number">The message's number, from 1.</param>
/// <param name="Total">How many messages the set has.</param>
public sealed record SetPart(string Set, int Number, int Total)
{
    /// <summary>The longest id of a set that is believed.</summary>
    public const int LongestId = 128;

    /// <summary>The most messages that a set may have.</summary>
    public const int MostParts = 10_000;

    /// <summary>Whether it makes sense: a number within its total, an id of printable ASCII that is not too long.</summary>
    public bool IsValid =>
        Set.Length is > 0 and <= LongestId && Set.All(character => character is > ' ' and <= '~') && Number >= 1 && Number <= Total && Total <= MostParts;
}
