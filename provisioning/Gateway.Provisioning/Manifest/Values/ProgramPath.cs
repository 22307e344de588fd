using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>An executable: an absolute path, or one that begins with <c>%GATEWAY%</c> (this version's program folder) or <c>%JCS_HOME%</c> (the home of the replaced software).</summary>
public readonly record struct ProgramPath : ITextValue<ProgramPath>
{
    private const string Gateway = @"%GATEWAY%\";
    private const string JcsHome = @"%JCS_HOME%\";

    private ProgramPath(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => @"^([A-Za-z]:|%GATEWAY%|%JCS_HOME%)(\\[^<>:""/\\|?*]+)+$";

    /// <inheritdoc/>
    public static string Allowed => @"an executable's path: absolute, or beginning with %GATEWAY%\ or %JCS_HOME%\";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Reads a path that is known to be valid.</summary>
    /// <param name="text">The path.</param>
    /// <exception cref="FormatException">The text is not such a path.</exception>
    public static ProgramPath Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out ProgramPath value)
    {
        value = new ProgramPath(text);
        var absolute = text.Replace(Gateway, @"D:\", StringComparison.Ordinal).Replace(JcsHome, @"D:\", StringComparison.Ordinal);
        return WindowsPath.TryRead(absolute, out _);
    }

    /// <summary>The absolute path, or null when the site has no <c>JCS_HOME</c>.</summary>
    /// <param name="programFolder">What <c>%GATEWAY%</c> stands for.</param>
    /// <param name="antivirus">Holds what <c>%JCS_HOME%</c> stands for.</param>
    public WindowsPath? Resolve(WindowsPath programFolder, Antivirus antivirus)
    {
        if (Text.StartsWith(Gateway, StringComparison.Ordinal))
            return programFolder.Join(Text[Gateway.Length..]);
        if (Text.StartsWith(JcsHome, StringComparison.Ordinal))
            return antivirus.JcsHome?.Join(Text[JcsHome.Length..]);
        return WindowsPath.Of(Text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
