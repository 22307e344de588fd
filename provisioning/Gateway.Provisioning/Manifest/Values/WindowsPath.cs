using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>An absolute path on a drive, in Windows' form (<c>D:\VISUS\images</c>): no relative part, no forbidden character, no blank or full stop at a part's end. Compared without regard to case, as NTFS does.</summary>
public readonly partial record struct WindowsPath : ITextValue<WindowsPath>, IEquatable<WindowsPath>
{
    private WindowsPath(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => @"^[A-Za-z]:\\([^<>:""/\\|?*]+(\\[^<>:""/\\|?*]+)*\\?)?$";

    /// <inheritdoc/>
    public static string Allowed => @"an absolute Windows path such as D:\VISUS\images, without .. and without < > : "" / | ? *";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>The drive, an upper-case letter and a colon (<c>D:</c>).</summary>
    public string Drive => Text[..2].ToUpperInvariant();

    /// <summary>The folder that holds it, or null for a drive's root.</summary>
    public WindowsPath? Parent => Text.Length <= 3 ? null : new WindowsPath(Text[..Math.Max(3, Text.LastIndexOf('\\'))]);

    /// <summary>The parts below the drive.</summary>
    public string[] Parts => Text[3..].Split('\\', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads a path that is known to be valid.</summary>
    /// <param name="text">The path.</param>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static WindowsPath Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out WindowsPath value)
    {
        var trimmed = text.Length > 3 ? text.TrimEnd('\\') : text;
        value = new WindowsPath(trimmed);
        return Form().IsMatch(text) && value.Parts.All(part => part.TrimEnd(' ', '.') == part && !part.Any(char.IsControl));
    }

    /// <summary>The path of something inside.</summary>
    /// <param name="name">A name or a relative path.</param>
    public WindowsPath Join(string name) => Of($@"{Text.TrimEnd('\\')}\{name}");

    /// <summary>Whether the other path is this one or lies inside it.</summary>
    /// <param name="other">The other path.</param>
    public bool Contains(WindowsPath other) =>
        Equals(other) || other.Text.StartsWith(Text.TrimEnd('\\') + "\\", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(WindowsPath other) => string.Equals(Text, other.Text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Text ?? "");

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[A-Za-z]:\\([^<>:""/\\|?*]+(\\[^<>:""/\\|?*]+)*\\?)?\z")]
    private static partial Regex Form();
}
