namespace Gateway.Provisioning.Tests.Controls;

/// <summary>The controls as the requirements list them, written down here a second time, so that the catalogue cannot lose one in silence.</summary>
internal static class RequirementsTable
{
    public static readonly IReadOnlyDictionary<string, string> Force = new Dictionary<string, string>
    {
        ["OS-1"] = "must", ["OS-2"] = "should", ["OS-3"] = "should", ["OS-4"] = "must",
        ["HW-1"] = "should", ["HW-2"] = "should", ["HW-3"] = "must", ["HW-4"] = "must", ["HW-5"] = "must", ["HW-6"] = "must",
        ["SEC-1"] = "must", ["SEC-2"] = "should", ["SEC-3"] = "should", ["SEC-4"] = "must",
        ["BAK-1"] = "must", ["BAK-2"] = "must", ["BAK-3"] = "request",
        ["AV-1"] = "should", ["AV-2"] = "should", ["AV-3"] = "should", ["AV-4"] = "should", ["AV-5"] = "should",
        ["NET-1"] = "must", ["NET-2"] = "must", ["NET-3"] = "must", ["NET-4"] = "must",
        ["MON-1"] = "must", ["MON-2"] = "must", ["MON-3"] = "must", ["MON-4"] = "must",
        ["CLI-1"] = "must", ["CLI-2"] = "must", ["CLI-3"] = "should",
        ["REM-1"] = "must", ["REM-2"] = "should",
    };

    public static readonly IReadOnlyList<string> OurOwn = ["X-TIME", "X-CERT", "X-REST", "X-TLS", "X-RET", "X-LOG", "X-DPA", "X-DIN", "X-DOM", "X-APP", "X-PWR", "X-SNAP"];

    public static readonly IReadOnlyList<string> MayRestOnAWordAlone = ["SEC-3", "SEC-4", "BAK-3", "REM-1", "REM-2", "X-DPA"];

    public static readonly IReadOnlyList<string> MayRestOnAWordWithAThirdParty = ["AV-2", "AV-3", "AV-4", "AV-5"];
}
