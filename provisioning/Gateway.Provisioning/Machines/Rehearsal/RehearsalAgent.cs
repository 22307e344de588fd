using System.Text;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>The monitoring agent of a rehearsal: its registration is modelled, its sections are those that its real configuration file allows, and its local check is the file that is there.</summary>
internal sealed partial class RehearsalAgent(FactsStore store, IFiles files, IMachine machine) : IMonitoringAgent
{
    // What an agent sends as it is delivered, sections with account names among them.
    private static readonly string[] Delivered = ["check_mk", "uptime", "df", "mem", "services", "wmi_cpuload", "local", "ps", "logwatch", "fileinfo"];

    public Provenance Provenance { get; } = new(Source.Modelled, "facts file; sections: check_mk.user.yml of the rehearsal");

    public Task<MonitoringState> ReadAsync(CancellationToken cancel)
    {
        var state = RehearsalMachine.Recorded(store.Now.Monitoring, "monitoring");
        if (files.ReadFile(CheckmkAgent.ConfigurationFile) is { } bytes && Sections().Match(Encoding.UTF8.GetString(bytes)) is { Success: true } match)
            state = state with { Sections = [.. match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] };
        else if (state.Sections.Count == 0 && (store.Now.Services ?? []).Any(s => s.Name == CheckmkAgent.ServiceName))
            state = state with { Sections = Delivered };
        if (state.Sections.Contains("local") && files.ReadFile(CheckmkAgent.OwnChecks) is not null)
            state = state with { LocalChecks = [CheckmkAgent.UpdatesCheck] }; // of those that gwctl prints, the one that a control asks for
        return Task.FromResult(state);
    }

    public Task RegisterAsync(AgentConnection with, SecretReference secret, CancellationToken cancel)
    {
        if (machine.Secrets.WhyUnreachable(secret) is { } why)
            throw new RefusedException(Diagnostic.Error("GW2101", $"{secret} cannot be reached: {why}.", "Put the secret where the reference says."));
        store.Update(f => f with { Monitoring = (f.Monitoring ?? Nothing) with { Registered = true, Server = with.Server, Encrypted = true } });
        return Task.CompletedTask;
    }

    public Task UnregisterAsync(CancellationToken cancel)
    {
        store.Update(f => f with { Monitoring = (f.Monitoring ?? Nothing) with { Registered = false, Server = null, Encrypted = false } });
        return Task.CompletedTask;
    }

    private static MonitoringState Nothing { get; } = new(false, null, false, [], []);

    [GeneratedRegex(@"^\s*sections:\s*\[(.*)\]\s*$", RegexOptions.Multiline)]
    private static partial Regex Sections();
}
