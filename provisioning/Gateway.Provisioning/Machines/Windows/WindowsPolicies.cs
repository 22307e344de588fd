using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// What a domain does to this computer, each from where Windows keeps it: account rights from the Local Security Authority, AppLocker and logging policies from the
/// registry, App Control from WMI, the language mode from the session itself, sleep from the active power scheme. An answer is shared within one look.
/// </summary>
internal sealed class WindowsPolicies : IPolicies
{
    private const string ServiceLogonRight = "SeServiceLogonRight"; // "Account Rights Constants", Microsoft Learn
    private const string DenyServiceLogonRight = "SeDenyServiceLogonRight";
    private const string InteractiveLogonRight = "SeInteractiveLogonRight";
    private const string DeviceGuard = "root/Microsoft/Windows/DeviceGuard";
    private const string PowerShellPolicy = @"SOFTWARE\Policies\Microsoft\Windows\PowerShell";

    private readonly SharedAnswer<DomainFacts> domain;
    private readonly SharedAnswer<ServiceLogonFacts> serviceLogon;
    private readonly SharedAnswer<ProgramControlFacts> programControl;
    private readonly SharedAnswer<PowerShellFacts> powerShellPolicy;
    private readonly Func<PowerFacts> power;

    /// <summary>The policies of a computer.</summary>
    /// <param name="powerShell">Runs the cmdlets.</param>
    /// <param name="registry">Holds policies.</param>
    /// <param name="domain">The domain that the computer is a member of, or null.</param>
    /// <param name="holdersOf">The SIDs of the accounts that hold an account right.</param>
    /// <param name="services">Every service; says whether AppLocker's runs.</param>
    /// <param name="power">Reads the power scheme.</param>
    public WindowsPolicies(
        WindowsPowerShell powerShell, ISystemRegistry registry, Func<CancellationToken, Task<string?>> domain, Func<string, IReadOnlyList<string>> holdersOf,
        Func<CancellationToken, Task<IReadOnlyList<ServiceState>>> services, Func<PowerFacts> power)
    {
        this.power = power;
        this.domain = new(async cancel => new DomainFacts(await domain(cancel)));
        serviceLogon = new(_ => Task.FromResult(ServiceLogonOf(holdersOf)));
        programControl = new(async cancel => new ProgramControlFacts(
            AppLockerPolicy.Read(registry),
            (await services(cancel)).Any(service => service.Name.Equals(AppLockerPolicy.Service, StringComparison.OrdinalIgnoreCase) && service.Running),
            await AppControlAsync(new WindowsManagement(powerShell), cancel)));
        powerShellPolicy = new(async cancel => new PowerShellFacts(
            (await powerShell.LanguageModeAsync(cancel)).ToString(),
            IsOn(registry, "ModuleLogging", "EnableModuleLogging"),
            IsOn(registry, "ScriptBlockLogging", "EnableScriptBlockLogging"),
            IsOn(registry, "Transcription", "EnableTranscripting")));
    }

    public Provenance Provenance { get; } = new(
        Source.Measured, "LsaEnumerateAccountsWithUserRight; registry (SrpV2, PowerShell policies); Get-CimInstance Win32_DeviceGuard, Win32_ComputerSystem; session's language mode; PowerReadACValueIndex");

    public Task<DomainFacts> DomainAsync(CancellationToken cancel) => domain.GetAsync(cancel);

    public Task<ServiceLogonFacts> ServiceLogonAsync(CancellationToken cancel) => serviceLogon.GetAsync(cancel);

    public Task<ProgramControlFacts> ProgramControlAsync(CancellationToken cancel) => programControl.GetAsync(cancel);

    public Task<PowerShellFacts> PowerShellAsync(CancellationToken cancel) => powerShellPolicy.GetAsync(cancel);

    public Task<PowerFacts> PowerAsync(CancellationToken cancel) => Task.FromResult(power());

    /// <summary>The next questions go to the machine itself.</summary>
    public void Forget()
    {
        domain.Forget();
        serviceLogon.Forget();
        programControl.Forget();
        powerShellPolicy.Forget();
    }

    // On every Windows somebody may log on at the console. An authority that names nobody for that either has not been asked, it only pretends.
    private static ServiceLogonFacts ServiceLogonOf(Func<string, IReadOnlyList<string>> holdersOf)
    {
        var allowed = holdersOf(ServiceLogonRight);
        if (allowed.Count == 0 && holdersOf(InteractiveLogonRight).Count == 0)
            throw new NotAssessableException(new(
                "die lokale Sicherheitsautorität nennt zu keinem Anmelderecht ein Konto: sie gibt keine Auskunft",
                "the Local Security Authority names no account for any logon right: it does not answer"));
        return new ServiceLogonFacts(allowed, holdersOf(DenyServiceLogonRight));
    }

    // "Enable virtualization-based protection of code integrity", Microsoft Learn, has the class; that of its numbers 1 is audit and 2 enforced is what DISA's guide for Windows checks ("Device
    // Guard Code Integrity Policy must be used", CodeIntegrityPolicyEnforcementStatus), and for user mode what published transcripts show.
    private static async Task<PolicyMode?> AppControlAsync(WindowsManagement management, CancellationToken cancel) =>
        await management.AllOfFeatureAsync(DeviceGuard, "Win32_DeviceGuard", cancel) is [var guard, ..]
            ? guard.Number("UsermodeCodeIntegrityPolicyEnforcementStatus") switch { 0 => PolicyMode.Off, 1 => PolicyMode.Audit, 2 => PolicyMode.Enforced, _ => null }
            : null;

    // "about_Logging" and "about_Group_Policy_Settings" of Windows PowerShell 5.1, Microsoft Learn; the names of values are those of its PowerShellExecutionPolicy.admx.
    private static bool IsOn(ISystemRegistry registry, string key, string name) => registry.Value($@"{PowerShellPolicy}\{key}", name) is 1;
}
