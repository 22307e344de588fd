using System.Diagnostics;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>The product's own connection to the rig's Windows PowerShell, on a machine of its own.</summary>
internal sealed class RigPowerShell : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rig-").FullName;

    public RigPowerShell(string faults = "", TimeSpan? patience = null, TimeSpan? answerPatience = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the rig's PowerShell is started through a shell script");
        var program = Path.Combine(folder, "powershell");
        File.WriteAllText(program, $"#!/bin/sh\n[ ! -e '{BrokenMark}' ] || exit 1\n[ ! -e '{HangingMark}' ] || {{ rm '{HangingMark}'; exec sleep 1000; }}\necho $$ > '{ProcessMark}'\nexport GATEWAY_RIG_STATE='{StatePath}' GATEWAY_RIG_FAULTS='{faults}'\nexec '{Path.Combine(AppContext.BaseDirectory, "powershell")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Connection = new WindowsPowerShell(program, patience, answerPatience);
    }

    public WindowsPowerShell Connection { get; }

    private string BrokenMark => Path.Combine(folder, "broken");

    private string HangingMark => Path.Combine(folder, "hanging");

    private string ProcessMark => Path.Combine(folder, "process");

    private string StatePath => Path.Combine(folder, "state.json");

    /// <summary>The commands that were called so far, in order.</summary>
    public IReadOnlyList<string> Calls =>
        File.Exists(StatePath + ".calls.jsonl") ? [.. File.ReadAllLines(StatePath + ".calls.jsonl").Select(line => (string)JsonNode.Parse(line)!["command"]!)] : [];

    /// <summary>How many pipelines these were: the first command of each counts.</summary>
    public int Pipelines =>
        File.Exists(StatePath + ".calls.jsonl") ? File.ReadAllLines(StatePath + ".calls.jsonl").Count(line => (int)JsonNode.Parse(line)!["position"]! == 1) : 0;

    /// <summary>One module's part of the machine.</summary>
    public JsonNode Section(string name) => State()[name]!;

    public JsonNode Rule(string name) => State()["firewall"]!["rules"]!.AsArray().Single(rule => (string)rule!["name"]! == name)!;

    /// <summary>Changes the machine by hand, as an administrator or a policy would.</summary>
    public void Change(Action<JsonNode> change)
    {
        var state = State();
        change(state);
        File.WriteAllText(StatePath, state.ToJsonString());
    }

    /// <summary>From now on it cannot be started.</summary>
    public void Break() => File.WriteAllText(BrokenMark, "");

    /// <summary>The next one that is started neither opens nor ends.</summary>
    public void HangOnce() => File.WriteAllText(HangingMark, "");

    /// <summary>It can be started again.</summary>
    public void Mend() => File.Delete(BrokenMark);

    /// <summary>The one that was started last.</summary>
    public int ProcessId() => int.Parse(File.ReadAllText(ProcessMark));

    /// <summary>Ends the running one.</summary>
    public void Kill()
    {
        using var process = Process.GetProcessById(ProcessId());
        process.Kill();
        process.WaitForExit();
    }

    public void ChangeRule(string name, string property, JsonNode value) =>
        Change(state => state["firewall"]!["rules"]!.AsArray().Single(rule => (string)rule!["name"]! == name)![property] = value);

    public void Dispose()
    {
        Connection.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private JsonNode State() => File.Exists(StatePath) ? JsonNode.Parse(File.ReadAllText(StatePath))! : new JsonObject();
}
