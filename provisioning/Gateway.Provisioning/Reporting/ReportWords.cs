namespace Gateway.Provisioning.Reporting;

/// <summary>The report's words in both languages, by their name in the canonical JSON.</summary>
internal static class ReportWords
{
    public static IReadOnlyDictionary<string, Words> Verdicts { get; } = new Dictionary<string, Words>
    {
        ["met"] = new("erfüllt", "met"),
        ["notMet"] = new("nicht erfüllt", "not met"),
        ["deviation"] = new("Abweichung", "deviation"),
        ["waived"] = new("Ausnahme", "waived"),
        ["attested"] = new("bestätigt", "attested"),
        ["notApplicable"] = new("nicht anwendbar", "not applicable"),
        ["notAssessed"] = new("nicht beurteilt", "not assessed"),
        ["rehearsed"] = new("geprobt", "rehearsed"),
        ["error"] = new("Fehler", "error"),
    };

    public static IReadOnlyDictionary<string, Words> Outcomes { get; } = new Dictionary<string, Words>
    {
        ["holds"] = new("trifft zu", "holds"),
        ["differs"] = new("weicht ab", "differs"),
        ["fails"] = new("trifft nicht zu", "fails"),
        ["notApplicable"] = new("nicht anwendbar", "not applicable"),
        ["notAssessed"] = new("nicht beurteilt", "not assessed"),
        ["error"] = new("Fehler", "error"),
    };

    public static IReadOnlyDictionary<string, Words> Sources { get; } = new Dictionary<string, Words>
    {
        ["declared"] = new("laut Manifest", "declared"),
        ["measured"] = new("gemessen", "measured"),
        ["modelled"] = new("modelliert", "modelled"),
    };

    public static IReadOnlyDictionary<string, Words> Forces { get; } = new Dictionary<string, Words>
    {
        ["must"] = new("erforderlich", "must"),
        ["should"] = new("empfohlen", "should"),
        ["request"] = new("erbeten", "request"),
    };

    /// <summary>One thing in two languages.</summary>
    /// <param name="German">German.</param>
    /// <param name="English">English.</param>
    internal sealed record Words(string German, string English);
}
