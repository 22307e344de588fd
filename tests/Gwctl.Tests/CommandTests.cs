using System.Text.Json;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Every command helps with an example, answers machines with one JSON document, and is quiet in a pipe.</summary>
public sealed class CommandTests
{
    public static readonly TheoryData<string> Commands =
        ["init", "schema", "validate", "facts", "preflight", "plan", "apply", "verify", "rollback", "report", "check", "rehearse", "status"];

    [Fact]
    public async Task The_help_names_every_command()
    {
        var help = (await CommandLine.RunAsync("--help")).With(0);
        Assert.All(Commands, command => Assert.Contains($"\n  {command.Data} ", help.Output, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task Help_holds_an_example_of_the_command(string command)
    {
        var help = (await CommandLine.RunAsync(command, "--help")).With(0);
        Assert.Contains("Example:", help.Output, StringComparison.Ordinal);
        Assert.Contains($"  gwctl {command} ", help.Output, StringComparison.Ordinal);
        Assert.Contains("--json", help.Output, StringComparison.Ordinal);
        Assert.Empty(help.Errors);
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task Json_is_one_document_on_standard_output_and_a_pipe_gets_neither_colour_nor_progress(string command)
    {
        using var site = new Site();
        if (command is "rollback")
            (await site.RunAsync("apply")).With(0);
        var json = await site.RunAsync(command, "--json");
        Assert.Contains(json.ExitCode, new[] { 0, 2 });
        Assert.Equal(JsonValueKind.Object, json.Json().ValueKind);
        Assert.DoesNotContain('\e', json.Output + json.Errors);
        Assert.DoesNotContain('\r', json.Output + json.Errors);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("apply")]
    [InlineData("rehearse", Explicit = true)]
    public async Task Text_in_a_pipe_has_neither_colour_nor_progress(string command)
    {
        using var site = new Site();
        var text = await site.RunAsync(command);
        Assert.Contains(text.ExitCode, new[] { 0, 2 });
        Assert.DoesNotContain('\e', text.Output + text.Errors);
        Assert.DoesNotContain('\r', text.Output + text.Errors);
    }

    [Theory]
    [InlineData("markdown", "# Exclusions for the virus scanner")]
    [InlineData("csv", "\uFEFF\"Kind\",\"Exclusion\"")]
    [InlineData("html", "<!DOCTYPE html>")]
    [InlineData("powershell", "\uFEFF# DICOM-Mail Gateway")]
    public async Task The_exclusions_are_written_in_the_form_and_language_that_was_asked_for(string form, string begins)
    {
        using var site = new Site();
        (await site.RunAsync("export", "antivirus", "--form", form, "--language", "en", "--out", site.PathOf("list"))).With(0);
        Assert.StartsWith(begins, System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(site.PathOf("list"), TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Contains(@"E:\VISUS\images", (await site.RunAsync("export", "antivirus", "--form", form)).With(0).Output, StringComparison.Ordinal);
        (await site.RunAsync("export", "antivirus", "--form", "pdf")).With(64);
    }

    [Fact]
    public async Task The_cmdlets_that_the_product_uses_are_listed_without_a_machine()
    {
        var listed = (await CommandLine.RunAsync("facts", "--cmdlets", "--json")).With(0).Json();
        Assert.Contains(listed.EnumerateArray(), one => one.GetProperty("module").GetString() == "NetSecurity"
            && one.GetProperty("cmdlet").GetString() == "Remove-NetFirewallRule"
            && one.GetProperty("parameters").EnumerateArray().Select(p => p.GetString()).SequenceEqual(["Name"]));
    }
}
