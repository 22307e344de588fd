using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// X-APP: AppLocker and App Control for Business let the product's programs run. AppLocker's rules can be read and are applied here; of an App Control policy only that it is enforced
/// can be, so that a service which runs is the one proof that it lets the program through.
/// </summary>
public sealed record ProgramsMayRun : Assertion
{
    /// <summary>The programs.</summary>
    public required IReadOnlyList<OwnProgram> Programs { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("programs-may-run", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation
    {
        get
        {
            var programs = Wording.And(Programs.Select(p => p.Executable.Text));
            return new($"keine Richtlinie hält {programs.German} auf", $"no policy keeps {programs} from running");
        }
    }

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Policies.Provenance;

    private Wording Ask
    {
        get
        {
            var folders = string.Join(", ", Programs.Select(p => $@"{p.Executable.Parent}\*"));
            return new(
                $"die Administratoren der Domäne bitten, in der Programmkontrolle dieses Rechners für jeden (S-1-1-0) zu erlauben, was unter {folders} liegt, Programme wie Bibliotheken",
                $"ask the domain's administrators to allow in this machine's program control, for Everyone (S-1-1-0), what lies below {folders}, programs and libraries");
        }
    }

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var facts = await machine.Policies.ProgramControlAsync(cancel);
        var how = machine.Policies.Provenance;
        var enforced = facts.AppLocker.Where(c => c.Mode == PolicyMode.Enforced).ToList();
        var judged = enforced.SelectMany(c => Programs.Select(p => (Collection: c, Program: p, Allowed: Allows(c, p)))).ToList();
        var held = judged.Where(j => j.Allowed == false).Select(j => ByAppLocker(j.Collection, j.Program)).ToList();
        var unclear = judged.Where(j => j.Allowed is null).Select(j => ByAppLocker(j.Collection, j.Program)).ToList();
        var byAppControl = facts.AppControl == PolicyMode.Enforced ? await NotSeenRunningAsync(machine, cancel) : [];

        // Without its service AppLocker holds nothing up, until somebody starts it.
        var failures = (Wording[])[.. facts.AppLockerServiceRuns ? held : [], .. byAppControl];
        if (failures.Length > 0)
            return Judge(false, Wording.Join("; ", failures), how, Ask);
        Wording observed = new($"AppLocker {Show(facts).German}, App Control {Word(facts.AppControl).German}", $"AppLocker {Show(facts)}, App Control {Word(facts.AppControl)}");
        if (facts.AppLockerServiceRuns && unclear.Count > 0)
        {
            var rules = Wording.Join(", ", unclear);
            return Unknown(observed, how, new(
                $"keine Pfadregel erlaubt es, und ob eine Herausgeber- oder Hashregel es tut, ist ohne die Datei nicht zu sagen: {rules.German}; {Ask.German}",
                $"no path rule allows it, and whether one by publisher or hash does nobody can tell without the file: {rules}; {Ask}"));
        }

        if (facts.AppControl is null)
            return Unknown(observed, how, new("dieses Windows sagt nicht, was App Control tut", "this Windows does not say what App Control does"));
        var sleeping = (Wording[])[.. held, .. unclear];
        return Judge(true, observed, how, sleeping.Length == 0 ? null : new(
            $"sobald der Dienst AppIDSvc läuft, gilt: {Wording.Join(", ", sleeping).German}; {Ask.German}",
            $"as soon as the service AppIDSvc runs: {Wording.Join(", ", sleeping)}; {Ask}"));
    }

    private static bool? Allows(AppLockerCollection collection, OwnProgram program)
    {
        var file = collection.Name == "Dll" ? program.Library : program.Executable;
        var about = collection.Rules.Where(r => ServiceLogon.AccountsOf(program.Service).Contains(r.Sid) && r.IsAbout(file)).ToList();
        return about.Exists(r => !r.Allows) ? false : about.Count > 0 ? true : collection.OtherRules > 0 ? null : false;
    }

    private static Wording ByAppLocker(AppLockerCollection collection, OwnProgram program)
    {
        var what = collection.Name == "Dll" ? program.Library.Parent!.Value.Text : program.Executable.Text;
        return new($"AppLocker ({collection.Name}) erlaubt {what} nicht", $"AppLocker ({collection.Name}) does not allow {what}");
    }

    // A service under its account that runs was let through.
    private async Task<IReadOnlyList<Wording>> NotSeenRunningAsync(IMachine machine, CancellationToken cancel)
    {
        var services = await machine.Services.ReadAsync(cancel);
        return [.. Programs.Where(p => !services.Any(s => s.Running && s.Name.Equals(p.Service, StringComparison.OrdinalIgnoreCase)))
            .Select(p => new Wording(
                $"App Control wird durchgesetzt, und nichts zeigt, dass {p.Executable} darin erlaubt ist",
                $"App Control is enforced, and nothing shows that it allows {p.Executable}"))];
    }

    private static Wording Show(ProgramControlFacts facts) => facts.AppLocker.Count == 0
        ? new("ohne Regeln", "without rules")
        : Wording.Join(", ", facts.AppLocker.Select(c => new Wording($"{c.Name} {Word(c.Mode).German}", $"{c.Name} {Word(c.Mode)}")));

    private static Wording Word(PolicyMode? mode) => mode switch
    {
        PolicyMode.Off => new("aus", "off"),
        PolicyMode.Audit => new("protokolliert nur", "only audits"),
        PolicyMode.Enforced => new("wird durchgesetzt", "is enforced"),
        _ => new("unbekannt", "unknown"),
    };
}
