namespace Gateway.Wine.Tests;

/// <summary>What a fault does to an apply.</summary>
internal enum Harm
{
    /// <summary>Nothing: the machine is only slower, or words things otherwise.</summary>
    None,

    /// <summary>It keeps nobody from applying, and leaves a requirement not assessed.</summary>
    NotAssessed,

    /// <summary>What it is about cannot be looked at, and so is neither planned nor changed; everything else is.</summary>
    NotPlanned,

    /// <summary>What it is about comes to nothing and serves only requirements that may deviate; everything else is made.</summary>
    Deviation,

    /// <summary>The apply fails and takes everything back.</summary>
    Failure,

    /// <summary>The preflight finds it: nothing is begun.</summary>
    Refused,
}

/// <summary>A fault of the rig, and what the product must say of it.</summary>
/// <param name="Names">The rig's names, with commas.</param>
/// <param name="Harm">What it does to an apply.</param>
/// <param name="About">The kind of resource that it is about.</param>
/// <param name="Words">What the product says, as a pattern.</param>
internal sealed record Fault(string Names, Harm Harm = Harm.None, string About = "", string Words = "")
{
    private const string Features = @"HKLM\SOFTWARE\Microsoft\Windows Defender\Features";
    private const string OnlyAdministrators = "^antivirus-exclusion/.*only an administrator may read the exclusions";
    private const string Policy = @"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender";

    /// <summary>The code of the diagnostic with which a change fails; empty where none does.</summary>
    public string Code { get; init; } = "";

    /// <summary>The code with which a rollback fails while the fault lasts; empty where it does not.</summary>
    public string RollbackCode { get; init; } = "";

    /// <summary>What is not planned while the fault lasts, with the reason, as a pattern; empty where everything is.</summary>
    public string Unseen { get => field.Length == 0 && Harm == Harm.NotPlanned ? $"^{About}/.*{Words}" : field; init; } = "";

    /// <summary>A control that the preflight says is not assessed; empty where there is none.</summary>
    public string Control { get; init; } = "";

    /// <summary>What the product remarks without holding it against the machine; empty where there is nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The value of the registry, set to 1, with which a real Windows tells of it: key and name.</summary>
    public (string Key, string Name)? Registry { get; init; }

    /// <summary>Every fault of tests/rig/README.md, by name.</summary>
    public static IReadOnlyDictionary<string, Fault> All { get; } = new Fault[]
    {
        new("firewall-policy-disallows-local-rules", Harm.Refused, Words: "policy ignores local firewall rules in profile Domain[^§]*ask the domain's administrators"),
        new("access-denied", Harm.Failure, "firewall-rule", "firewall-rule/.*Access is denied.*Run as administrator") { Code = "GW2302", RollbackCode = "GW2302", Unseen = OnlyAdministrators },
        new("access-denied,german", Harm.Failure, "firewall-rule", "firewall-rule/.*Zugriff verweigert.*Run as administrator") { Code = "GW2302", RollbackCode = "GW2302", Unseen = OnlyAdministrators },
        new("tamper-protection", Harm.Deviation, "antivirus-exclusion", "tamper protection of Microsoft Defender covers exclusions") { Code = "GW3208", RollbackCode = "GW3207", Registry = (Features, "TPExclusions") },
        new("defender-policy-no-local-merge", Harm.Deviation, "antivirus-exclusion", "policy .* lets only its own exclusions count") { Code = "GW3208", Registry = (Policy, "DisableLocalAdminMerge") },
        new("netsecurity-missing", Harm.NotPlanned, "firewall-rule", "this Windows has no cmdlet Get-NetFirewall") { RollbackCode = "GW3205", Control = "SEC-1" },
        new("defender-missing", Harm.NotPlanned, "antivirus-exclusion", "this Windows has no cmdlet Get-MpComputerStatus") { RollbackCode = "GW3205", Control = "AV-1" },
        new("scheduledtasks-missing", Harm.NotPlanned, "scheduled-task", "this Windows has no cmdlet Get-ScheduledTask") { RollbackCode = "GW3205" },
        new("cimcmdlets-missing", Harm.NotPlanned, "antivirus-exclusion", "this Windows has no cmdlet Get-CimInstance") { RollbackCode = "GW3205", Control = "HW-1" },
        new("smbshare-missing", Harm.NotAssessed, Words: "this Windows has no cmdlet Get-SmbShare") { Control = "SEC-2" },
        new("slow:0.2"),
        new("display-values"),
        new("constrained-language") { Remark = "policy restricts the language to ConstrainedLanguage" },
        new("german"),
    }.ToDictionary(fault => fault.Names);
}
