using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>An amount of bytes with its unit: <c>50 GB</c> is 50 × 10⁹ bytes, <c>24 GiB</c> is 24 × 2³⁰ (IEC 80000-13).</summary>
public readonly partial record struct ByteSize : ITextValue<ByteSize>
{
    private static readonly Dictionary<string, long> Units = new()
    {
        ["B"] = 1,
        ["kB"] = 1_000,
        ["MB"] = 1_000_000,
        ["GB"] = 1_000_000_000,
        ["TB"] = 1_000_000_000_000,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    private ByteSize(long bytes, string text) => (Bytes, Text) = (bytes, text);

    /// <inheritdoc/>
    public static string Pattern => @"^[0-9]{1,6}(\.[0-9]{1,3})? (B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$";

    /// <inheritdoc/>
    public static string Allowed => "a size with its unit, one blank between: 50 GB (10⁹ bytes), 24 GiB (2³⁰ bytes); B kB MB GB TB KiB MiB GiB TiB";

    /// <summary>The amount in bytes.</summary>
    public long Bytes { get; }

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Reads a size that is known to be valid.</summary>
    /// <param name="text">The size.</param>
    /// <exception cref="FormatException">The text is not a size.</exception>
    public static ByteSize Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out ByteSize value)
    {
        value = default;
        var match = Form().Match(text);
        if (!match.Success)
            return false;
        var number = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        value = new ByteSize((long)(number * Units[match.Groups[2].Value]), text);
        return true;
    }

    /// <summary>A measured amount in the unit people compare disks in: 10⁹ bytes, one decimal.</summary>
    /// <param name="bytes">Bytes.</param>
    public static string Show(long bytes) => (bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + " GB";

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^([0-9]{1,6}(?:\.[0-9]{1,3})?) (B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)\z")]
    private static partial Regex Form();
}
