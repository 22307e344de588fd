using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Facts;

/// <summary>The domain that a machine is a member of.</summary>
/// <param name="Name">Its name, or null for a machine of a workgroup.</param>
public sealed record DomainFacts(string? Name);

/// <summary>Who may log on as a service, by SID: what Windows calls an account depends on its language.</summary>
/// <param name="Allowed">Accounts with the right.</param>
/// <param name="Denied">Accounts from which it is withheld, whatever else they have.</param>
public sealed record ServiceLogonFacts(IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied);

/// <summary>Which programs may run.</summary>
/// <param name="AppLocker">AppLocker's collections that have rules.</param>
/// <param name="AppLockerServiceRuns">Whether the service runs without which AppLocker enforces nothing.</param>
/// <param name="AppControl">What App Control for Business does with programs; null on a Windows that does not say.</param>
public sealed record ProgramControlFacts(IReadOnlyList<AppLockerCollection> AppLocker, bool AppLockerServiceRuns, PolicyMode? AppControl);

/// <summary>How far a policy goes.</summary>
public enum PolicyMode
{
    /// <summary>There is none.</summary>
    Off,

    /// <summary>It writes down what it would do.</summary>
    Audit,

    /// <summary>It does it.</summary>
    Enforced,
}

/// <summary>A collection of AppLocker rules.</summary>
/// <param name="Name">Its name: <c>Exe</c> or <c>Dll</c>.</param>
/// <param name="Mode">Whether it is enforced.</param>
/// <param name="Rules">Its rules that go by path.</param>
/// <param name="OtherRules">How many go by publisher or hash: nobody can tell without the file what they say of it.</param>
public sealed record AppLockerCollection(string Name, PolicyMode Mode, IReadOnlyList<AppLockerPathRule> Rules, int OtherRules);

/// <summary>An AppLocker rule that goes by path.</summary>
/// <param name="Allows">Whether it allows; one that denies wins.</param>
/// <param name="Sid">For whom it is.</param>
/// <param name="Path">The path, with <c>*</c> for any text.</param>
/// <param name="Exceptions">Paths that it is not about.</param>
public sealed record AppLockerPathRule(bool Allows, string Sid, string Path, IReadOnlyList<string> Exceptions)
{
    /// <summary>Whether the rule is about a file.</summary>
    /// <param name="file">The file.</param>
    public bool IsAbout(WindowsPath file) => Matches(Path, file.Text) && !Exceptions.Any(e => Matches(e, file.Text));

    // AppLocker's own variables (%WINDIR%, %PROGRAMFILES%, …) lie on the system's drive, where nothing of the product's is.
    private static bool Matches(string pattern, string path) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern.Replace(@"\", "/", StringComparison.Ordinal), path.Replace(@"\", "/", StringComparison.Ordinal), ignoreCase: true);
}

/// <summary>What policy does to Windows PowerShell.</summary>
/// <param name="LanguageMode">The language mode of the session that the product opened (<c>FullLanguage</c>, <c>ConstrainedLanguage</c>).</param>
/// <param name="ModuleLogging">Whether cmdlets are recorded with their parameters.</param>
/// <param name="ScriptBlockLogging">Whether script blocks are recorded.</param>
/// <param name="Transcription">Whether sessions are written down.</param>
public sealed record PowerShellFacts(string LanguageMode, bool ModuleLogging, bool ScriptBlockLogging, bool Transcription);

/// <summary>When a machine that has power goes to sleep by itself.</summary>
/// <param name="CanSleep">Whether it has a sleep state at all; most virtual machines have none.</param>
/// <param name="SleepsAfterSeconds">Idle seconds until it sleeps; 0 is never.</param>
/// <param name="CanHibernate">Whether it can hibernate.</param>
/// <param name="HibernatesAfterSeconds">Idle seconds until it hibernates; 0 is never.</param>
public sealed record PowerFacts(bool CanSleep, int SleepsAfterSeconds, bool CanHibernate, int HibernatesAfterSeconds);
