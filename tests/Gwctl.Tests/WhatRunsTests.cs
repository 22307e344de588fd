using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Tests.Checking;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Whatever the default manifest has Windows or the monitoring agent run is there, and does what it is run for: here with this build's programs in place of the installed ones.</summary>
public partial class WhatRunsTests
{
    [Fact]
    public async Task Every_scheduled_task_and_the_agents_check_run_and_leave_what_they_are_for()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var tasks = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(site.Root, "machine.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("scheduledTasks");
        Assert.Equal(2, tasks.GetArrayLength());
        foreach (var task in tasks.EnumerateArray())
        {
            var ended = await RunAsync(site, task.GetProperty("execute").GetString()!, task.GetProperty("arguments").GetString()!);
            Assert.True(ended.ExitCode is 0 or 2, $"{task}: {ended}"); // the report tells what differs on a machine whose gateway does not run
        }

        Assert.Single(Directory.GetDirectories(Path.Combine(site.Root, "E", "backup")));
        Assert.Single(Directory.GetFiles(Path.Combine(site.Root, "D", "VISUS", "state", "reports"), "compliance-*.json"));

        var line = (await File.ReadAllTextAsync(Path.Combine(site.Root, "C", "ProgramData", "checkmk", "agent", "local", "dicom-mail.cmd"), TestContext.Current.CancellationToken)).TrimEnd();
        var words = Words(line.TrimStart('@'));
        var checks = (await RunAsync(site, words[0], string.Join(' ', words.Skip(1)))).With(0).Output.TrimEnd('\n').Split('\n');
        Assert.All(checks, check => Assert.Null(LocalCheckFormat.WhatIsWrong(check)));
        Assert.Contains(checks, check => check.StartsWith("0 \"DICOM-Mail report\" ", StringComparison.Ordinal));
    }

    // What a rehearsal needs beside: where the drives are, and that it is one.
    private static Task<Ended> RunAsync(Site site, string program, string arguments)
    {
        var isGwctl = program.EndsWith(@"\gwctl.exe", StringComparison.Ordinal);
        Assert.True(isGwctl || program.EndsWith(@"\Gateway.Service.exe", StringComparison.Ordinal), program);
        var words = Words(arguments).Select(word => isGwctl && word.StartsWith(@"D:\", StringComparison.Ordinal) ? Path.Combine(site.Root, "D", word[3..].Replace('\\', '/')) : word);
        return CommandLine.RunProgramAsync(
            isGwctl ? CommandLine.Program : Path.Combine(Path.GetDirectoryName(CommandLine.Program)!, "Gateway.Service"), [.. words, isGwctl ? "--root" : "--drives", site.Root, .. isGwctl ? Array.Empty<string>() : ["--rehearsal"]]);
    }

    private static List<string> Words(string line) => [.. Word().Matches(line).Select(word => word.Value.Trim('"'))];

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
