using System.Globalization;

namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>A reply (RFC 5321 section 4.2).</summary>
/// <param name="Code">Its three digits.</param>
/// <param name="Lines">Its lines, without the code.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MostLines = 100;
    private const int LongestText = 300;

    /// <summary>2yz.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>4yz.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>
    /// 55z: the state of the mail system towards this mail (RFC 5321 section 4.2.1). Another 5yz is about the dialogue: syntax, the connection, a login; 555 about a parameter of ours.
    /// </summary>
    public bool IsFinal => Code is >= 550 and < 560 and not 555;

    /// <summary>The server says that it closes the connection.</summary>
    public bool IsFarewell => Code == 421;

    /// <summary>The enhanced status code (RFC 3463), or null.</summary>
    public string? Status => Lines[0].Split(' ', 2)[0] is [>= '2' and <= '5', '.', .. var rest] status && rest.All(c => char.IsAsciiDigit(c) || c == '.') ? status : null;

    /// <summary>Reads one.</summary>
    /// <exception cref="ServerProblem">The server sends something else, or nothing.</exception>
    public static async Task<SmtpReply> ReadAsync(ServerLine line, CancellationToken cancellation, TimeSpan? longest = null)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var text = await line.ReadLineAsync(cancellation, longest);
            if (text.Length < 3 || !int.TryParse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || (text.Length > 3 && text[3] is not (' ' or '-')))
                throw new ServerProblem("does not speak SMTP");
            lines.Add(text.Length > 4 ? text[4..] : "");
            if (text.Length == 3 || text[3] == ' ')
                return new(code, lines);
        }

        throw new ServerProblem("sends a reply without an end");
    }

    /// <summary>As a person reads it: one line of printable characters.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Code} {string.Join(' ', Lines)}");
        return new([.. text.Take(LongestText).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '?')]);
    }
}
