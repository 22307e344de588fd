using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Where a machine's service runs, it applies what gwctl hands it; whoever asked sees what he would have seen anyway.</summary>
public sealed partial class HandOverTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("apply", Explicit = true)]
    [InlineData("apply", "--json")]
    [InlineData("rollback", Explicit = true)]
    [InlineData("rollback", "--json")]
    public async Task A_command_ends_and_prints_as_if_it_had_done_the_work_itself(string command, params string[] more)
    {
        using var alone = new Site();
        using var served = new Site();
        var service = await RunningService.StartAsync(served);
        using (service)
        {
            // Whatever the machine is at: untouched, built, drifted, changed by the site, taken back.
            for (var step = 0; step < 4; step++)
            {
                foreach (var site in new[] { alone, served })
                {
                    if (step > 0 && command == "rollback")
                        (await site.RunAsync("apply")).With(0);
                    if (step == 2)
                        File.AppendAllText(site.GatewayConfiguration, " ");
                    if (step == 3)
                        site.WriteOverlay(new JsonObject { ["gateway"] = new JsonObject { ["maximumPduBytes"] = 65536 } });
                }

                Assert.Equal(Comparable(await alone.RunAsync(command, more), alone), Comparable(await served.RunAsync(command, more), served));
                Assert.Equal(alone.Listing().Select(entry => Port().Replace(entry, "PORT")), served.Listing().Select(entry => Port().Replace(entry, "PORT")));
            }

            Assert.Contains($"Was handed over: the {command} of ", await service.StopAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refusals_end_with_the_codes_that_they_always_have()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        (await site.RunAsync("rollback")).Refusing(1, "GW3103");

        // A plan that somebody approved, and a machine that moved since.
        var plan = site.PathOf("plan.json");
        (await site.RunAsync("plan", "--out", plan)).With(2);
        var edited = JsonNode.Parse(await File.ReadAllTextAsync(plan, Cancel))!;
        edited["changes"]![0]!["expected"] = "something else";
        await File.WriteAllTextAsync(site.PathOf("edited.json"), edited.ToJsonString(), Cancel);
        (await site.RunAsync("apply", "--plan", site.PathOf("edited.json"))).Refusing(1, "GW3005");
        (await site.RunAsync("apply", "--plan", plan)).With(0);
        File.AppendAllText(site.GatewayConfiguration, " ");
        (await site.RunAsync("apply", "--plan", plan)).Refusing(1, "GW3003");
        (await site.RunAsync("apply")).With(0);

        // A machine that is too small.
        var machine = Path.Combine(site.Root, "machine.json");
        var facts = JsonNode.Parse(await File.ReadAllTextAsync(machine, Cancel))!;
        facts["volumes"]!.AsArray().Single(volume => (string?)volume!["drive"] == "D:")!["sizeBytes"] = 40_000_000_000;
        await File.WriteAllTextAsync(machine, facts.ToJsonString(), Cancel);
        (await site.RunAsync("apply")).Refusing(3, "GW2001");

        // And what is wrong before anybody is asked.
        (await site.RunAsync("apply", "--plan", site.Manifest)).Refusing(1, "GW3004");
        await File.WriteAllTextAsync(site.Manifest, "{ }", Cancel);
        (await site.RunAsync("apply")).With(65);
    }

    [Fact]
    public async Task The_state_is_right_at_once_and_a_report_follows()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        (await site.RunAsync("apply")).With(0);
        Assert.Equal("verified", RunningService.StateOf(site));
        site.WriteOverlay(new JsonObject { ["gateway"] = new JsonObject { ["maximumPduBytes"] = 65536 } });
        (await site.RunAsync("apply")).With(0);
        Assert.Equal("verified", RunningService.StateOf(site));
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal("failed", RunningService.StateOf(site)); // the manifest that was applied last does not hold any more
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal("pending", RunningService.StateOf(site));
        (await site.RunAsync("apply")).With(0);
        for (var waited = 0; !Directory.Exists(Path.Combine(site.State, "reports")); waited++)
        {
            Assert.True(waited < 200, "no report was written");
            await Task.Delay(100, Cancel);
        }
    }

    [Fact]
    public async Task Whoever_is_killed_after_he_handed_over_stops_nothing()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        await KilledApplyTests.KillAtAsync(site, 3);
        await RunningService.UntilAsync(site, "verified");
        var runs = (await site.RunAsync("status", "--json")).With(0).Json().GetProperty("runs");
        Assert.Equal("applied", Assert.Single(runs.EnumerateArray()).GetProperty("outcome").GetString());
        Assert.Single(File.ReadLines(site.Journal), line => line.Contains("runStarted", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines(site.Journal), line => line.Contains("runResumed", StringComparison.Ordinal)); // the same run, and not one that was gone on with
        Assert.Contains("Applied", await service.StopAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_comes_second_is_told_who_is_at_work()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        await using var second = await Talk.WithAsync(site);
        using var first = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply"));
        await JournalWatch.UntilGrownByAsync(site.Journal, 1);
        await second.SayAsync("""{"protocol":1,"product":"0.1.0","job":"rollback","by":"the second","manifest":{}}""");
        var refused = JsonNode.Parse((await second.HearAsync())!)!["refusal"]!;
        Assert.Equal("failed", (string)refused["exitCode"]!);
        Assert.Equal("GW3001", (string)refused["diagnostics"]![0]!["code"]!);
        Assert.Matches($@"the apply of process {first.Id}\b", (string)refused["diagnostics"]![0]!["message"]!);
        (await CommandLine.EndOfAsync(first)).With(0);
        (await site.RunAsync("rollback")).With(0);
    }

    [Fact(Explicit = true)]
    public async Task A_person_who_stops_it_finds_it_stopped_until_he_says_otherwise()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        using (var apply = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply")))
        {
            await JournalWatch.UntilGrownByAsync(site.Journal, 3);
            await Signals.SendAsync(apply.Id, "INT");
            (await CommandLine.EndOfAsync(apply)).Refusing(1, "GW0003");
        }

        var lines = JournalWatch.LinesOf(site.Journal);
        await Task.Delay(TimeSpan.FromSeconds(7), Cancel); // it looks every five
        Assert.Equal(lines, JournalWatch.LinesOf(site.Journal));
        Assert.NotEqual(JsonValueKind.Null, (await site.RunAsync("status", "--json")).With(0).Json().GetProperty("open").ValueKind);
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("plan")).With(0);
        var runs = (await site.RunAsync("status", "--json")).With(0).Json().GetProperty("runs");
        Assert.Equal("applied", Assert.Single(runs.EnumerateArray()).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_service_that_is_stopped_meanwhile_leaves_a_run_that_the_next_one_goes_on_with()
    {
        using var site = new Site();
        using (var service = await RunningService.StartAsync(site))
        {
            using var apply = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply"));
            await JournalWatch.UntilGrownByAsync(site.Journal, 3);
            await service.StopAsync();
            (await CommandLine.EndOfAsync(apply)).Refusing(1, "GW0003");
        }

        using var next = await RunningService.StartAsync(site);
        await RunningService.UntilAsync(site, "verified");
    }

    [Fact]
    public async Task A_service_that_is_killed_meanwhile_is_said_to_be_lost()
    {
        using var site = new Site();
        using (var service = await RunningService.StartAsync(site))
        {
            using var apply = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply"));
            await JournalWatch.UntilGrownByAsync(site.Journal, 3);
            service.Process.Kill();
            (await CommandLine.EndOfAsync(apply)).Refusing(1, "GW3406");
        }

        (await site.RunAsync("apply")).With(0); // nobody answers what the dead one left behind: it is done here
        using var next = await RunningService.StartAsync(site);
        (await site.RunAsync("rollback")).With(0);
    }

    [Fact]
    public async Task Bad_words_on_the_pipe_are_answered_with_a_code_and_harm_nobody()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        foreach (var (words, code) in new (string, string)[]
        {
            ("garbage", "GW3401"),
            ("", "GW3401"),
            ("[]", "GW3401"),
            ("""{"protocol":"1"}""", "GW3401"),
            ("""{"protocol":99999999999}""", "GW3401"),
            ("""{"protocol":1}""", "GW3401"),
            ("""{"protocol":1,"product":"0.1.0","job":"explode","by":"x","manifest":{}}""", "GW3401"),
            ("""{"protocol":1,"product":"0.1.0","job":"apply","by":"x","manifest":{},"script":"x"}""", "GW3401"),
            ("""{"protocol":1,"product":"0.1.0","job":"apply","by":"x","manifest":null}""", "GW3401"),
            ("""{"protocol":2,"product":"0.1.0","anything":true}""", "GW3402"),
            ($$"""{"protocol":1,"product":"0.1.0","job":"apply","by":"x","manifest":{{new string('[', 5000)}}{{new string(']', 5000)}}}""", "GW3401"),
            ("""{"protocol":1,"product":"0.1.0","job":"apply","by":"\ud800","manifest":{"a":1,"a":2,"\ud800":"\u0000"}}""", "GW"),
            ("\0\u001B[31m\u00ff", "GW3401"),
            ("""{"protocol":1,"product":"0.1.0","job":"apply","by":"x","manifest":{"surprise":1}}""", "GW11"),
            ("""{"protocol":1,"product":"0.1.0","job":"rollback","by":"x","manifest":[1,2]}""", "GW11"),
        })
        {
            await using var talk = await Talk.WithAsync(site);
            await talk.SayAsync(words);
            var answer = JsonNode.Parse((await talk.HearAsync())!)!["refusal"]!;
            Assert.StartsWith(code, (string)answer["diagnostics"]![0]!["code"]!, StringComparison.Ordinal);
            Assert.Null(await talk.HearAsync());
        }

        Assert.False(Directory.Exists(site.State));
        (await site.RunAsync("apply")).With(0);
        await service.StopAsync();
    }

    [Fact]
    public async Task A_message_without_end_is_refused_before_it_fills_the_memory()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        await using (var talk = await Talk.WithAsync(site))
        {
            var answer = talk.HearAsync();
            try
            {
                var piece = new string('x', 1 << 20);
                for (var sent = 0; sent < 64 && !answer.IsCompleted; sent++)
                    await talk.SayAsync(piece, end: "");
            }
            catch (IOException)
            {
                // It has heard enough.
            }

            Assert.Contains("GW3401", await answer ?? "", StringComparison.Ordinal);
        }

        (await site.RunAsync("apply")).With(0);
    }

    [Fact]
    public async Task Many_who_say_nothing_or_hang_up_keep_nobody_from_the_service()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        var silent = new List<Talk>();
        for (var i = 0; i < 20; i++)
            silent.Add(await Talk.WithAsync(site));
        for (var i = 0; i < 20; i++)
            await (await Talk.WithAsync(site)).DisposeAsync();
        (await site.RunAsync("apply")).With(0);
        foreach (var talk in silent)
            await talk.DisposeAsync();
        await service.StopAsync();
    }

    [Fact]
    public async Task A_second_service_leaves_the_pipe_to_the_first()
    {
        using var site = new Site();
        using var first = await RunningService.StartAsync(site);
        using var second = await RunningService.StartAsync(site);
        await Task.Delay(1500, Cancel);
        Assert.Contains("GW3405", await second.StopAsync(), StringComparison.Ordinal);
        (await site.RunAsync("apply")).With(0);
        Assert.Contains("Was handed over", await first.StopAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_versions_gwctl_does_it_itself_while_the_service_keeps_quiet()
    {
        using var site = new Site();
        using var service = await RunningService.StartAsync(site);
        await using (var talk = await Talk.WithAsync(site))
        {
            await talk.SayAsync("""{"protocol":1,"product":"9.9.9","job":"apply","by":"somebody newer","manifest":{"newer":"than the service knows"}}""");
            Assert.Contains("\"yours\":\"gwctl is version 9.9.9", await talk.HearAsync() ?? "", StringComparison.Ordinal);
            var other = (await site.RunAsync("apply")).Refusing(1, "GW3001");
            Assert.Contains("somebody newer", other.Errors, StringComparison.Ordinal);
        }

        (await site.RunAsync("apply")).With(0);
    }

    [Theory]
    [InlineData("""{"protocol":2,"product":"0.1.0"}""", 1, "GW3402")]
    [InlineData("hello", 1, "GW3401")]
    [InlineData("""{"protocol":1,"product":"0.1.0","since":"yesterday"}""", 1, "GW3401")]
    [InlineData("""{"protocol":2,"product":"9.9.9"}""", 0, null)]
    public async Task A_service_that_speaks_otherwise_is_named_and_another_versions_is_left_alone(string greeting, int exitCode, string? code)
    {
        using var site = new Site();
        await using var pipe = new NamedPipeServerStream(RunningService.PipeOf(site.Root), PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var apply = site.RunAsync("apply");
        await pipe.WaitForConnectionAsync(Cancel);
        await pipe.WriteAsync(Encoding.UTF8.GetBytes(greeting + "\n"), Cancel);
        var ended = (await apply).With(exitCode);
        Assert.Equal(exitCode == 0, File.Exists(site.Journal));
        Assert.Contains(code ?? "", ended.Errors, StringComparison.Ordinal);
    }

    // Without what two machines cannot share: run, time, folder, ports.
    private static string Comparable(Ended ended, Site site) => Port().Replace(Run().Replace(ended.ToString(), "RUN"), "PORT").Replace(site.Folder, "SITE", StringComparison.Ordinal);

    [GeneratedRegex(@"\d{8}T\d{6}-[0-9a-f]{8}")]
    private static partial Regex Run();

    [GeneratedRegex(@"\b[1-9]\d{4}\b")]
    private static partial Regex Port();
}
