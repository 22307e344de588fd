using System.Text.RegularExpressions;

namespace Gateway.DicomMail.Transport;

/// <summary>What may stand between the angle brackets of an envelope, and as a folder's name: a dot-atom and a host name (RFC 5321 section 4.1.2), without quotes, literals and routes.</summary>
internal static partial class EnvelopeAddress
{
    private const int Longest = 254; // RFC 5321 section 4.5.3.1.3, less the brackets

    /// <summary>Whether a text is such an address.</summary>
    public static bool IsOne(string text) => text.Length <= Longest && Form().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
