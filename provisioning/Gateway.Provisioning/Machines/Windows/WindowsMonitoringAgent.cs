using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Checkmk's agent, asked through its own controller: what it is registered with, and what it sends.</summary>
/// <param name="controller">The controller's program.</param>
internal sealed class WindowsMonitoringAgent(string controller) : IMonitoringAgent
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

    // The controller asks for the password at the console and not on standard input (its source: rpassword), and an argument could be read by others.
    public Task RegisterAsync(string server, string user, SecretReference secret, CancellationToken cancel) => throw new RefusedException(Diagnostic.Error(
        "GW2403", "This version of the product cannot register the monitoring agent on Windows: its controller takes a password from a console only, and the product makes none an argument.",
        $"Register it once by hand, as administrator: cmk-agent-ctl register --server {server} --user {user}, with the site and this host's name there; then apply again."));

    public Task UnregisterAsync(CancellationToken cancel) => RunAsync(["delete-all", "--enable-insecure-connections"], cancel);

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(controller, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            CreateNoWindow = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
            var complaint = process.StandardError.ReadToEndAsync(limit.Token);
            var answer = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? answer : throw Failed(arguments[0], $"{process.ExitCode}: {(await complaint).Split('\n')[0].Trim()}");
        }
        catch (Win32Exception e)
        {
            throw Failed(arguments[0], e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed(arguments[0], $"no answer within {Patience.TotalSeconds} s");
        }
        finally
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            process?.Dispose();
        }
    }

    private static RefusedException Failed(string mode, string why) =>
        new(Diagnostic.Error("GW2404", $"cmk-agent-ctl {mode} failed ({why}).", "Run it by hand as administrator; its own message and the agent's log say more."));
}
