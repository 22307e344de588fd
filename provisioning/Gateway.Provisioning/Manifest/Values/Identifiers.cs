using System.Text.RegularExpressions;

namespace Gateway.Provisioning.Manifest.Values;

/// <summary>A control id of the requirements (<c>HW-3</c>) or one of our own (<c>X-TIME</c>).</summary>
public readonly partial record struct ControlId : ITextValue<ControlId>
{
    private ControlId(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^((OS|HW|SEC|BAK|AV|NET|MON|CLI|REM)-[1-9]|X-[A-Z]{3,4})$";

    /// <inheritdoc/>
    public static string Allowed => "a control id such as HW-3 or X-TIME";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Reads an id that is known to be valid.</summary>
    /// <param name="text">The id.</param>
    /// <exception cref="FormatException">The text is not a control id.</exception>
    public static ControlId Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out ControlId value)
    {
        value = new ControlId(text);
        return Form().IsMatch(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^((OS|HW|SEC|BAK|AV|NET|MON|CLI|REM)-[1-9]|X-[A-Z]{3,4})\z")]
    private static partial Regex Form();
}

/// <summary>The name of one item in a list of the manifest: lower case, unique in its list, stable for the item's life.</summary>
public readonly partial record struct ItemId : ITextValue<ItemId>
{
    private ItemId(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^[a-z0-9][a-z0-9-]{0,62}$";

    /// <inheritdoc/>
    public static string Allowed => "an id: lower-case letters, digits and hyphens, at most 63";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Reads an id that is known to be valid.</summary>
    /// <param name="text">The id.</param>
    /// <exception cref="FormatException">The text is not an id.</exception>
    public static ItemId Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out ItemId value)
    {
        value = new ItemId(text);
        return Form().IsMatch(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex Form();
}

/// <summary>Names one resource: its kind and its name (<c>firewall-rule/smtp-out</c>).</summary>
public readonly partial record struct ResourceId : ITextValue<ResourceId>
{
    /// <summary>Names a resource.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The name within the kind.</param>
    public ResourceId(string kind, string name) => (Kind, Name) = (kind, name);

    /// <inheritdoc/>
    public static string Pattern => "^[a-z-]+/.+$";

    /// <inheritdoc/>
    public static string Allowed => "a resource id such as firewall-rule/smtp-out";

    /// <summary>The kind.</summary>
    public string Kind { get; }

    /// <summary>The name within the kind.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public string Text => $"{Kind}/{Name}";

    /// <inheritdoc/>
    public static bool TryRead(string text, out ResourceId value)
    {
        var match = Form().Match(text);
        value = match.Success ? new ResourceId(match.Groups[1].Value, match.Groups[2].Value) : default;
        return match.Success;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^([a-z-]+)/(.+)\z")]
    private static partial Regex Form();
}

/// <summary>A SHA-256 digest (FIPS 180-4), 64 hexadecimal digits, kept in lower case.</summary>
public readonly partial record struct Sha256Digest : ITextValue<Sha256Digest>
{
    private Sha256Digest(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^[0-9A-Fa-f]{64}$";

    /// <inheritdoc/>
    public static string Allowed => "a SHA-256 digest: 64 hexadecimal digits";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>The digest of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static Sha256Digest Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));

    /// <inheritdoc/>
    public static bool TryRead(string text, out Sha256Digest value)
    {
        value = new Sha256Digest(text.ToLowerInvariant());
        return Form().IsMatch(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z")]
    private static partial Regex Form();
}

/// <summary>A time of day on the machine's clock, <c>02:30</c>.</summary>
public readonly partial record struct ClockTime : ITextValue<ClockTime>
{
    private ClockTime(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^([01][0-9]|2[0-3]):[0-5][0-9]$";

    /// <inheritdoc/>
    public static string Allowed => "a time of day such as 02:30";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>Reads a time that is known to be valid.</summary>
    /// <param name="text">The time.</param>
    /// <exception cref="FormatException">The text is not a time of day.</exception>
    public static ClockTime Of(string text) => TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is not {Allowed}");

    /// <inheritdoc/>
    public static bool TryRead(string text, out ClockTime value)
    {
        value = new ClockTime(text);
        return Form().IsMatch(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]\z")]
    private static partial Regex Form();
}

/// <summary>Where a secret comes from; the secret itself never stands in the manifest. <c>secret:NAME</c> is the machine's own store, <c>secret:env:NAME</c> an environment variable, <c>secret:file:PATH</c> a file with owner-only rights.</summary>
public readonly partial record struct SecretReference : ITextValue<SecretReference>
{
    private SecretReference(string text) => Text = text;

    /// <inheritdoc/>
    public static string Pattern => "^secret:(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|[a-z0-9][a-z0-9-]*)$";

    /// <inheritdoc/>
    public static string Allowed => "a reference to a secret, never the secret: secret:NAME, secret:env:NAME or secret:file:PATH";

    /// <inheritdoc/>
    public string Text { get; }

    /// <summary>The environment variable, or null when it comes from elsewhere.</summary>
    public string? Variable => Text.StartsWith("secret:env:", StringComparison.Ordinal) ? Text["secret:env:".Length..] : null;

    /// <summary>The file, or null when it comes from elsewhere.</summary>
    public string? File => Text.StartsWith("secret:file:", StringComparison.Ordinal) ? Text["secret:file:".Length..] : null;

    /// <summary>The name in the machine's store, or null when it comes from elsewhere.</summary>
    public string? StoreName => Variable is null && File is null ? Text["secret:".Length..] : null;

    /// <inheritdoc/>
    public static bool TryRead(string text, out SecretReference value)
    {
        value = new SecretReference(text);
        return Form().IsMatch(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^secret:(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|[a-z0-9][a-z0-9-]*)\z")]
    private static partial Regex Form();
}
