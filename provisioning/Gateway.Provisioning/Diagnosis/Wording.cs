namespace Gateway.Provisioning.Diagnosis;

/// <summary>One text in the two languages of reports. The command line and logs speak English: so does <see cref="ToString"/>.</summary>
/// <param name="German">German.</param>
/// <param name="English">English.</param>
public sealed record Wording(string German, string English)
{
    /// <summary>What reads the same in both languages: names, numbers, another program's own message.</summary>
    /// <param name="text">The text.</param>
    public static Wording Same(string text) => new(text, text);

    /// <summary>Several texts as one.</summary>
    /// <param name="separator">Between two of them, in both languages.</param>
    /// <param name="parts">The texts.</param>
    public static Wording Join(string separator, IEnumerable<Wording> parts)
    {
        IReadOnlyList<Wording> all = [.. parts];
        return new(string.Join(separator, all.Select(p => p.German)), string.Join(separator, all.Select(p => p.English)));
    }

    /// <summary>Two things as one: <c>D: and E:</c>.</summary>
    /// <param name="names">What reads the same in both languages.</param>
    public static Wording And(IEnumerable<string> names)
    {
        IReadOnlyList<string> all = [.. names];
        return new(string.Join(" und ", all), string.Join(" and ", all));
    }

    /// <inheritdoc/>
    public override string ToString() => English;
}
