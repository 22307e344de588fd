using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Checkmk's agent, asked through its own controller: what it is registered with, and what it sends.</summary>
/// <param name="controller">The controller's program.</param>
/// <param name="registrar">Registers it.</param>
/// <param name="reveal">Reads a secret.</param>
internal sealed class WindowsMonitoringAgent(string controller, AgentRegistrar registrar, Func<SecretReference, string> reveal) : IMonitoringAgent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Provenance Provenance { get; } = new(Source.Measured, "cmk-agent-ctl status --json, dump");

    public async Task<MonitoringState> ReadAsync(CancellationToken cancel)
    {
        if (!File.Exists(controller))
            return AgentOutput.None;
        var status = await RunAsync(["status", "--json", "--no-query-remote"], cancel);
        try
        {
            return AgentOutput.Read(status, await RunAsync(["dump"], cancel));
        }
        catch (JsonException e)
        {
            throw new NotAssessableException(new($"die Antwort von cmk-agent-ctl ist unverständlich: {e.Message}", $"the answer of cmk-agent-ctl is not understood: {e.Message}"));
        }
    }

    public Task RegisterAsync(AgentConnection with, SecretReference secret, CancellationToken cancel) => registrar.RegisterAsync(with, reveal(secret), cancel);

    public Task UnregisterAsync(CancellationToken cancel) => RunAsync(["delete-all", "--enable-insecure-connections"], cancel);

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancel)
    {
        try
        {
            var answer = await ExternalProgram.RunAsync(controller, arguments, default, Patience, cancel);
            return answer.ExitCode == 0 ? answer.Output : throw Failed(arguments[0], $"{answer.ExitCode}: {answer.Errors.Split('\n')[0].Trim()}");
        }
        catch (ExternalProgramException e)
        {
            throw Failed(arguments[0], e.Message);
        }
    }

    private static RefusedException Failed(string mode, string why) =>
        new(Diagnostic.Error("GW2404", $"cmk-agent-ctl {mode} failed ({why}).", "Run it by hand as administrator; its own message and the agent's log say more."));
}
