using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>A DICOM application entity title (PS3.5 section 6.2, VR AE; PS3.8 section 9.3.2): 1 to 16 characters of the default repertoire, no backslash, no leading or trailing blank.</summary>
public readonly partial record struct AeTitle : ITextValue<AeTitle>
{
    private AeTitle(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => @"^[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?$";

    /// <inheritdoc/>
    public static string Allowed => "an AE title: 1 to 16 printable ASCII characters without backslash, no blank at either end";

    /// <inheritdoc/>
    public string Text { get; }

    /// <inheritdoc/>
    public static bool TryRead(string text, out AeTitle value)
    {
        value = new AeTitle(text);
        return Form().IsMatch(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?\z")]
    private static partial Regex Form();
}
