using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.Json;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>An out-of-process session as the product opens one, on a state of its own unless one is given.</summary>
public sealed class ServerSession : IDisposable
{
    private readonly PowerShellProcessInstance _process;
    private readonly Runspace _runspace;
    private readonly DirectoryInfo? _own;

    public ServerSession(string? faults = null, string? state = null)
    {
        if (state is null) _own = Directory.CreateTempSubdirectory("rig-");
        StatePath = state ?? Path.Combine(_own!.FullName, "state.json");
        _process = new PowerShellProcessInstance(new Version(5, 1), null, null, false);
        _process.Process.StartInfo.FileName = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "powershell.exe" : "powershell");
        _process.Process.StartInfo.Environment["GATEWAY_RIG_STATE"] = StatePath;
        _process.Process.StartInfo.Environment["GATEWAY_RIG_FAULTS"] = faults ?? string.Empty;
        _runspace = RunspaceFactory.CreateOutOfProcessRunspace(new TypeTable([]), _process);
        _runspace.Open();
    }

    public string StatePath { get; }

    public int ProcessId => _process.Process.Id;

    /// <summary>The call log so far.</summary>
    public List<JsonElement> Calls => File.Exists(StatePath + ".calls.jsonl")
        ? [.. File.ReadAllLines(StatePath + ".calls.jsonl").Select(line => JsonSerializer.Deserialize<JsonElement>(line))]
        : [];

    /// <summary>Runs one command; its errors are part of the answer.</summary>
    public Answer Run(string command, params (string Name, object? Value)[] parameters)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        shell.AddCommand(command);
        foreach (var (name, value) in parameters) shell.AddParameter(name, value);
        return new(shell.Invoke(), [.. shell.Streams.Error]);
    }

    /// <summary>Runs two commands as one pipeline.</summary>
    public Answer Pipe((string Command, (string Name, object? Value)[] Parameters) first, string second)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        shell.AddCommand(first.Command);
        foreach (var (name, value) in first.Parameters) shell.AddParameter(name, value);
        shell.AddCommand(second);
        return new(shell.Invoke(), [.. shell.Streams.Error]);
    }

    public void Dispose()
    {
        _runspace.Dispose();
        _process.Dispose();
        _own?.Delete(recursive: true);
    }
}

/// <summary>What a command answered.</summary>
public sealed record Answer(Collection<PSObject> Objects, IReadOnlyList<ErrorRecord> Errors)
{
    /// <summary>The only object.</summary>
    public PSObject Only => Assert.Single(Objects);

    /// <summary>The only error.</summary>
    public ErrorRecord Error => Assert.Single(Errors);
}
