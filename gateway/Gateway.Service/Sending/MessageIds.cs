using System.Globalization;

namespace Gateway.Service.Sending;

/// <summary>
/// The Message-ID of a message, made of its place in its set: a message that is packed again, after a loss of power or because the partner
/// asks, bears the same, and an answer leads back to it.
/// </summary>
internal static class MessageIds
{
    /// <summary>The Message-ID of a message, without angle brackets.</summary>
    /// <param name="set">The set.</param>
    /// <param name="part">The message's number in it.</param>
    /// <param name="address">Our mail address.</param>
    public static string Of(string set, int part, string address) => $"{set}.{part}@{address[(address.LastIndexOf('@') + 1)..]}";

    /// <summary>The place of the message that an id names; null where it is none of ours.</summary>
    /// <param name="id">A Message-ID, or the Content-ID of a message's content, or that of a fragment.</param>
    public static (string Set, int Part)? Place(string? id)
    {
        var words = (id ?? "").Split('@', 2)[0].Split('.');
        return words.Length >= 2 && int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var part) && words[^2].Length == 32
            ? (words[^2], part) : null;
    }
}
