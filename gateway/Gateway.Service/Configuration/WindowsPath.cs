namespace Gateway.Service.Configuration;

/// <summary>An absolute Windows path such as <c>E:\VISUS\images</c>: a drive letter, backslashes, no <c>.</c> and <c>..</c>.</summary>
internal readonly record struct WindowsPath
{
    public const string Allowed = @"an absolute Windows path such as E:\VISUS\images, without . and .. and the characters / : * ? "" < > |";

    private WindowsPath(char drive, string[] segments) => (Drive, Segments) = (drive, segments);

    public char Drive { get; }

    public IReadOnlyList<string> Segments { get; }

    public static bool TryParse(string text, out WindowsPath path)
    {
        path = default;
        if (text.Length < 4 || !char.IsAsciiLetter(text[0]) || text[1] != ':' || text[2] != '\\')
            return false;
        var segments = text[3..].TrimEnd('\\').Split('\\');
        if (!segments.All(IsName))
            return false;
        path = new WindowsPath(char.ToUpperInvariant(text[0]), segments);
        return true;
    }

    public override string ToString() => $@"{Drive}:\{string.Join('\\', Segments)}";

    private static bool IsName(string segment) =>
        segment.Length > 0 && !segment.EndsWith('.') && !segment.EndsWith(' ')
            && !segment.Any(c => c < ' ' || "/:*?\"<>|".Contains(c, StringComparison.Ordinal));
}
