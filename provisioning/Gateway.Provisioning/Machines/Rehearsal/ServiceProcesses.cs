using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>The service control manager of a rehearsal: runs a service's program as a child process, with the arguments that Windows would give it and <c>--drives ROOT --rehearsal</c>: by the one it finds its drives, by the other it keeps to loopback, says <c>running</c> on standard output where it would tell Windows, and ends with whoever started it.</summary>
public sealed partial class ServiceProcesses : IAsyncDisposable
{
    private const string Running = "running";
    private static readonly TimeSpan StartingTime = TimeSpan.FromSeconds(30); // what Windows grants a service, ServicesPipeTimeout
    private static readonly TimeSpan StoppingTime = TimeSpan.FromSeconds(15);
    private readonly RehearsalDrives drives;
    private readonly Dictionary<string, (Process Process, Queue<string> Complaints)> running = new(StringComparer.OrdinalIgnoreCase);

    internal ServiceProcesses(RehearsalDrives drives) => this.drives = drives;

    /// <summary>Whether a service's program is there to be run. The product's own service is not: whoever rehearses applies, and keeps everybody else from it while the machine is on.</summary>
    /// <param name="service">The service.</param>
    public bool CanRun(ServiceState service) => service.Name != ProvisioningService.Name && Split(service.CommandLine) is [{ } program, ..] && WindowsPath.TryRead(program, out var path) && File.Exists(drives.Of(path));

    /// <summary>Whether it runs.</summary>
    /// <param name="name">Service name.</param>
    public bool IsRunning(string name) => running.TryGetValue(name, out var service) && !service.Process.HasExited;

    /// <summary>Whether one of these processes has an id: another rehearsal's gateway may answer on the same address.</summary>
    /// <param name="processId">A process id.</param>
    public bool Owns(int processId) => running.Values.Any(service => !service.Process.HasExited && service.Process.Id == processId);

    /// <summary>Why a service that was started runs no more, or null while it runs.</summary>
    /// <param name="name">Service name.</param>
    public Diagnostic? WhyEnded(string name) => running.TryGetValue(name, out var service) && service.Process.HasExited
        ? Diagnostic.Error("GW2201", $"The service {name} ended by itself with {service.Process.ExitCode}: {string.Join(" ", service.Complaints)}", "Its own message says what to mend.")
        : null;

    /// <summary>Starts a service's program, and returns when it says that it runs.</summary>
    /// <param name="service">The service.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="RefusedException">It ended before (GW2201), or did not say so in time (GW2206).</exception>
    public async Task StartAsync(ServiceState service, CancellationToken cancel)
    {
        if (IsRunning(service.Name))
            return;
        var words = Split(service.CommandLine);
        var start = new ProcessStartInfo(drives.Of(WindowsPath.Of(words[0]))) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in words.Skip(1).Concat(["--drives", drives.Root, "--rehearsal"]))
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var complaints = new Queue<string>();
        process.ErrorDataReceived += (_, line) => Keep(complaints, line.Data);
        var runs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data == Running)
                runs.TrySetResult();
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        running[service.Name] = (process, complaints);
        var ended = process.WaitForExitAsync(cancel); // its last words too
        var first = await Task.WhenAny(runs.Task, ended, Task.Delay(StartingTime, cancel));
        cancel.ThrowIfCancellationRequested();
        if (first == runs.Task)
            return;
        if (first == ended)
        {
            var why = WhyEnded(service.Name)!;
            running.Remove(service.Name);
            throw new RefusedException(why);
        }

        await StopAsync(service.Name);
        throw new RefusedException(Diagnostic.Error("GW2206", $"The service {service.Name} does not start: it did not say within {StartingTime.TotalSeconds} s that it runs.", "Its log in the rehearsal's directory says more."));
    }

    /// <summary>Stops a service's process; nothing happens when there is none.</summary>
    /// <param name="name">Service name.</param>
    public async Task StopAsync(string name)
    {
        if (!running.Remove(name, out var service))
            return;
        var process = service.Process;
        using (process)
        {
            if (!process.HasExited)
                AskToStop(process);
            using var limit = new CancellationTokenSource(StoppingTime);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in running.Keys.ToList())
            await StopAsync(name);
    }

    // A service of a rehearsal ends when its standard input does: it never outlives whoever started it.
    private static void AskToStop(Process process) => process.StandardInput.Close();

    private static void Keep(Queue<string> lines, string? line)
    {
        if (line is not null && lines.Count < 5)
            lines.Enqueue(line);
    }

    private static List<string> Split(string commandLine) => [.. Words().Matches(commandLine).Select(m => m.Value.Trim('"'))];

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Words();
}
