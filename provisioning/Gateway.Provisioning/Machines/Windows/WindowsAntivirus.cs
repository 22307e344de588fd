using System.Management.Automation;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Virus scanners: Microsoft Defender through its cmdlets, others by what is registered or runs. An exclusion counts when it is in effect: one that policy ignores
/// is none, however it is listed. Defender is asked twice for a look at the machine; the answer is shared while the look lasts, and never over a change.
/// </summary>
internal sealed class WindowsAntivirus : IAntivirus
{
    private const string Service = "WinDefend"; // "Microsoft Defender Antivirus on Windows Server", Microsoft Learn: sc query windefend
    private static readonly Wording NoAdministrator = new(
        "nur ein Administrator darf die Ausnahmen von Microsoft Defender lesen; das Programm muss mit dessen Rechten laufen",
        "only an administrator may read the exclusions of Microsoft Defender; the program has to run with an administrator's rights");

    private readonly WindowsPowerShell powerShell;
    private readonly IServices services;
    private readonly Func<CancellationToken, Task<IReadOnlyList<AntivirusProduct>?>> securityCenter;
    private readonly Func<string, string?> variable;
    private readonly DefenderPolicy policy;
    private readonly SharedAnswer<AntivirusState> state;

    /// <summary>The scanners of a computer.</summary>
    /// <param name="powerShell">Runs the cmdlets.</param>
    /// <param name="registry">Holds policy.</param>
    /// <param name="services">Say which scanners run.</param>
    /// <param name="securityCenter">The scanners other than Defender that are registered in Windows' Security Center; null where there is none, as on servers.</param>
    /// <param name="variable">The value of a machine's environment variable.</param>
    public WindowsAntivirus(
        WindowsPowerShell powerShell, IRegistry registry, IServices services, Func<CancellationToken, Task<IReadOnlyList<AntivirusProduct>?>> securityCenter, Func<string, string?> variable)
    {
        (this.powerShell, this.services, this.securityCenter, this.variable) = (powerShell, services, securityCenter, variable);
        policy = new DefenderPolicy(registry);
        state = new(ReadNowAsync);
    }

    public Provenance Provenance { get; } = new(Source.Measured, "Get-MpComputerStatus, Get-MpPreference; policy in the registry; services of other scanners");

    public Task<AntivirusState> ReadAsync(CancellationToken cancel) => state.GetAsync(cancel);

    /// <summary>The next read asks Windows: somebody else may have changed something.</summary>
    public void Forget() => state.Forget();

    public Task AddAsync(Exclusion exclusion, CancellationToken cancel) => ChangeAsync(Cmdlets.AddMpPreference, exclusion.Kind, [exclusion.Value], cancel);

    public async Task RemoveAsync(Exclusion exclusion, CancellationToken cancel)
    {
        // An entry is removed by its very text, and one left in another spelling would stay in effect. One that policy ignores may not be listed, and would count again without it.
        var stored = new StoredExclusions(await AskAsync(Cmdlets.GetMpPreference, cancel), variable);
        var listed = stored.SpellingsOf(exclusion);
        IReadOnlyList<string> spellings = stored.Withheld || policy.IgnoresLocalLists ? [.. listed.Union([exclusion.Value], StringComparer.OrdinalIgnoreCase)] : listed;
        if (spellings.Count > 0)
            await ChangeAsync(Cmdlets.RemoveMpPreference, exclusion.Kind, spellings, cancel);
    }

    // A confirmation is sought unless it is forced ("Add method of the MSFT_MpPreference class", Force), and nobody is there to give it.
    private async Task ChangeAsync(Cmdlet cmdlet, ExclusionKind kind, IEnumerable<string> values, CancellationToken cancel)
    {
        Forget();
        await powerShell.InvokeAsync(cmdlet, WindowsPowerShell.With((StoredExclusions.ListOf(kind), values.ToArray()), ("Force", true)), missingIsEmpty: false, cancel);
    }

    private async Task<AntivirusState> ReadNowAsync(CancellationToken cancel)
    {
        var running = await services.ReadAsync(cancel);
        var registered = await securityCenter(cancel);
        var others = KnownScanners.Among(running).Where(known => registered?.Any(r => r.Name == known.Name) != true).Concat(registered ?? []).ToList();
        var service = running.FirstOrDefault(s => s.Name.Equals(Service, StringComparison.OrdinalIgnoreCase));
        var defender = service switch
        {
            null => null,
            { Running: false } => DefenderStatus.Stopped,
            _ => DefenderStatus.Of(await AskAsync(Cmdlets.GetMpComputerStatus, cancel)),
        };
        if (defender is not { IsPrimary: true } && registered is null && !others.Exists(o => o.Active))
            throw new NotAssessableException(WhyNobodyKnows(defender), WhoseWord.APersons);

        var stored = service is { Running: true } ? new StoredExclusions(await AskAsync(Cmdlets.GetMpPreference, cancel), variable) : null;
        var (hidden, effective, locked, unread) = ExclusionsOf(stored, defender);
        return new AntivirusState(defender is null ? others : [defender.AsProduct(exclusionsReadable: !hidden), .. others], effective, locked is not null) { ExclusionsUnread = unread, LockedBy = locked };
    }

    // That a scanner protects is known even where policy, and with it what is excluded, cannot be read.
    private (bool Hidden, IReadOnlyList<Exclusion> InEffect, Wording? Locked, Wording? Unread) ExclusionsOf(StoredExclusions? stored, DefenderStatus? defender)
    {
        try
        {
            var hidden = policy.HidesExclusions;
            return (
                hidden,
                hidden || stored is null ? [] : [.. InEffect(stored.Entries).Select(stored.Meaning)],
                policy.LockOf(defender?.IsTamperProtected),
                stored is { Withheld: true } && !hidden ? NoAdministrator : null);
        }
        catch (NotAssessableException e)
        {
            return (false, [], null, e.Why);
        }
    }

    private IEnumerable<Exclusion> InEffect(IEnumerable<Exclusion> stored) =>
        policy.IgnoresLocalLists ? stored.Where(e => policy.Lists(e.Kind, e.Value)) : stored;

    private async Task<PSObject> AskAsync(Cmdlet cmdlet, CancellationToken cancel) =>
        (await powerShell.InvokeAsync(cmdlet, WindowsPowerShell.With(), missingIsEmpty: false, cancel)) is [var only, ..]
            ? only
            : throw new NotAssessableException(new($"{cmdlet} antwortet nicht", $"{cmdlet} does not answer"));

    // A server has no register of its scanners: that none of those that are known by name runs does not say that none runs.
    private static Wording WhyNobodyKnows(DefenderStatus? defender) => defender is null
        ? new("Microsoft Defender ist nicht installiert, und welcher andere Virenscanner auf diesem Server läuft, lässt sich nicht feststellen", "Microsoft Defender is not installed, and which other virus scanner runs on this server cannot be told")
        : new("Microsoft Defender ist hier nicht der aktive Virenscanner, und welcher andere auf diesem Server läuft, lässt sich nicht feststellen", "Microsoft Defender is not the active virus scanner here, and which other runs on this server cannot be told");
}
