using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Reporting;

/// <summary>The report's words in both languages, by their name in the canonical JSON.</summary>
internal static class ReportWords
{
    public static IReadOnlyDictionary<string, Wording> Verdicts { get; } = new Dictionary<string, Wording>
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

    public static IReadOnlyDictionary<string, Wording> Outcomes { get; } = new Dictionary<string, Wording>
    {
        ["holds"] = new("trifft zu", "holds"),
        ["differs"] = new("weicht ab", "differs"),
        ["fails"] = new("trifft nicht zu", "fails"),
        ["notApplicable"] = new("nicht anwendbar", "not applicable"),
        ["notAssessed"] = new("nicht beurteilt", "not assessed"),
        ["error"] = new("Fehler", "error"),
    };

    public static IReadOnlyDictionary<string, Wording> CheckStates { get; } = new Dictionary<string, Wording>
    {
        ["ok"] = new("in Ordnung", "ok"),
        ["warning"] = new("Warnung", "warning"),
        ["critical"] = new("kritisch", "critical"),
        ["unknown"] = new("unbekannt", "unknown"),
    };

    public static IReadOnlyDictionary<string, Wording> Sources { get; } = new Dictionary<string, Wording>
    {
        ["declared"] = new("laut Manifest", "declared"),
        ["measured"] = new("gemessen", "measured"),
        ["modelled"] = new("modelliert", "modelled"),
    };

    public static IReadOnlyDictionary<string, Wording> Forces { get; } = new Dictionary<string, Wording>
    {
        ["must"] = new("erforderlich", "must"),
        ["should"] = new("empfohlen", "should"),
        ["request"] = new("erbeten", "request"),
    };

    public static IReadOnlyDictionary<string, Wording> Enforcements { get; } = new Dictionary<string, Wording>
    {
        ["refuse"] = new("ablehnen", "refuse"),
        ["warn"] = new("warnen", "warn"),
    };
}
