using System.Text;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Bad input gets a clear answer with a code, never a stack trace, and leaves the machine as it was.</summary>
public sealed class BadInputTests
{
    /// <summary>The same binary garbage each time.</summary>
    private static readonly byte[] Garbage = Bytes(100_000);

    /// <summary>What looks at a machine by its facts.</summary>
    public static readonly TheoryData<string> OfMachines =
        ["facts", "preflight", "plan", "apply", "verify", "rollback", "report", "rehearse", "status"];

    /// <summary>A sample of what needs to know the machine and its past.</summary>
    public static readonly TheoryData<string> OfJournals = ["plan", "apply", "rollback", "rehearse", "status"];

    [Theory]
    [InlineData("validate")]
    [InlineData("rehearse")]
    public async Task A_manifest_that_is_missing_says_so(string command)
    {
        var ended = (await CommandLine.RunAsync(command, "/nowhere/appliance.json")).Refusing(65, "GW1002");
        Assert.Contains("gwctl init", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_no_manifest()
    {
        using var site = new Site();
        (await CommandLine.RunAsync("validate", site.Folder)).Refusing(65, "GW1002");
        (await CommandLine.RunAsync("validate", site.Manifest, "--overlay", site.Folder)).Refusing(65, "GW1002");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("arrays")]
    [InlineData("objects")]
    [InlineData("null")]
    [InlineData("number")]
    [InlineData("cut off")]
    [InlineData("not UTF-8")]
    public async Task What_is_no_manifest_is_refused_with_its_place(string kind)
    {
        using var site = new Site();
        await File.WriteAllBytesAsync(site.Manifest, NoManifest(kind), TestContext.Current.CancellationToken);
        var ended = await CommandLine.RunAsync("validate", site.Manifest);
        ended.With(65);
        Assert.Matches(@"appliance\.json:\d+:\d+:? .*error GW1\d{3}: ", ended.Errors);
    }

    [Fact]
    public async Task What_is_no_manifest_is_refused_for_machines_too()
    {
        using var site = new Site();
        await File.WriteAllBytesAsync(site.Manifest, Garbage, TestContext.Current.CancellationToken);
        var ended = (await site.RunAsync("apply", "--json")).With(65);
        Assert.NotEmpty(ended.Json().GetProperty("diagnostics").EnumerateArray());
        Assert.False(Directory.Exists(site.Root));
    }

    [Theory]
    [InlineData("garbage", "--facts", "GW6001")]
    [InlineData("objects", "--facts", "GW6001")]
    [InlineData("empty", "--facts", "GW6001")]
    [InlineData("null", "--facts", "GW6001")]
    [InlineData("number", "--facts", "GW6001")]
    [InlineData("garbage", "--plan", "GW3004")]
    [InlineData("objects", "--plan", "GW3004")]
    [InlineData("empty", "--plan", "GW3004")]
    [InlineData("null", "--plan", "GW3004")]
    [InlineData("number", "--plan", "GW3004")]
    public async Task What_are_no_facts_and_what_is_no_plan_is_refused(string kind, string option, string code)
    {
        using var site = new Site();
        var path = site.PathOf("input.json");
        await File.WriteAllBytesAsync(path, NoManifest(kind), TestContext.Current.CancellationToken);
        (await site.RunAsync("apply", option, path)).Refusing(1, code);
        Assert.Empty(site.Listing());
    }

    [Theory]
    [InlineData("--facts", "GW6001")]
    [InlineData("--plan", "GW3004")]
    public async Task Facts_and_plans_that_are_missing_or_directories_are_refused(string option, string code)
    {
        using var site = new Site();
        (await site.RunAsync("apply", option, "/nowhere/input.json")).Refusing(1, code);
        (await site.RunAsync("apply", option, site.Folder)).Refusing(1, code);
        Assert.Empty(site.Listing());
    }

    [Fact]
    public async Task A_fact_of_the_wrong_kind_is_refused_in_the_users_words()
    {
        using var site = new Site();
        var facts = await site.WriteFactsAsync(machine => machine["hardware"] = "much");
        var ended = (await site.RunAsync("plan", "--facts", facts)).Refusing(1, "GW6001");
        Assert.Matches(@"facts-\w+\.json:1:\d+ /hardware: error GW6001: ", ended.Errors);
        Assert.Contains("Found 'much', expected an object", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facts_of_a_later_format_are_refused_with_both_versions()
    {
        using var site = new Site();
        var facts = await site.WriteFactsAsync(machine => machine["formatVersion"] = 2);
        var ended = (await site.RunAsync("plan", "--facts", facts)).Refusing(1, "GW6001");
        Assert.Contains("version 2", ended.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(OfJournals))]
    public async Task A_machine_file_that_is_garbage_is_refused_and_left_alone(string command)
    {
        using var site = new Site();
        Directory.CreateDirectory(site.Root);
        var file = Path.Combine(site.Root, "machine.json");
        await File.WriteAllBytesAsync(file, Garbage, TestContext.Current.CancellationToken);
        var ended = (await site.RunAsync(command)).Refusing(1, "GW6001");
        Assert.Contains($"the rehearsed machine in {site.Root}", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("begin anew", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("gwctl facts", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(Garbage, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(site.Listing(), line => !line.EndsWith('/'));
    }

    [Theory, MemberData(nameof(OfJournals))]
    public async Task A_journal_that_is_garbage_is_refused_and_left_alone(string command)
    {
        using var site = new Site();
        Directory.CreateDirectory(site.State);
        await File.WriteAllBytesAsync(site.Journal, Garbage, TestContext.Current.CancellationToken);
        var ended = (await site.RunAsync(command)).Refusing(1, "GW3101");
        Assert.Contains("journal.jsonl", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(Garbage, await File.ReadAllBytesAsync(site.Journal, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_journal_with_one_changed_byte_is_refused_and_the_machine_left_as_it_is()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var before = site.Listing();
        var journal = await File.ReadAllTextAsync(site.Journal, TestContext.Current.CancellationToken);
        var at = journal.IndexOf("folder/config", StringComparison.Ordinal);
        await File.WriteAllTextAsync(site.Journal, journal[..at] + "F" + journal[(at + 1)..], TestContext.Current.CancellationToken);
        (await site.RunAsync("rollback")).Refusing(1, "GW3101");
        (await site.RunAsync("apply")).Refusing(1, "GW3101");
        Assert.Equal(before, site.Listing());
    }

    [Theory, MemberData(nameof(OfMachines))]
    public async Task A_root_that_is_a_file_is_refused(string command)
    {
        using var site = new Site();
        await File.WriteAllTextAsync(site.Root, "a letter", TestContext.Current.CancellationToken);
        var ended = (await site.RunAsync(command)).With(1);
        Assert.Matches(@"error GW\d{4}: ", ended.Errors);
        Assert.Equal("a letter", await File.ReadAllTextAsync(site.Root, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("facts")]
    [InlineData("report")]
    public async Task An_output_that_cannot_be_written_is_refused(string command)
    {
        using var site = new Site();
        var file = site.PathOf("file");
        await File.WriteAllTextAsync(file, "a letter", TestContext.Current.CancellationToken);
        var ended = (await site.RunAsync(command, "--out", Path.Combine(file, "below"))).With(1);
        Assert.Matches(@"error GW\d{4}: ", ended.Errors);
        Assert.Equal("a letter", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Init_overwrites_nothing()
    {
        using var site = new Site();
        var before = await File.ReadAllTextAsync(site.Manifest, TestContext.Current.CancellationToken);
        var ended = await CommandLine.RunAsync("init", site.Manifest);
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Matches(@"error GW\d{4}: ", ended.Errors);
        Assert.Equal(before, await File.ReadAllTextAsync(site.Manifest, TestContext.Current.CancellationToken));
        var nowhere = (await CommandLine.RunAsync("init", "/nowhere/appliance.json")).With(1);
        Assert.Matches(@"error GW\d{4}: ", nowhere.Errors);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("directory")]
    [InlineData("garbage")]
    public async Task An_image_that_is_none_is_refused_before_anything_is_built(string kind)
    {
        using var site = new Site();
        var image = site.PathOf("image.dcm");
        if (kind is "garbage")
            await File.WriteAllBytesAsync(image, Garbage, TestContext.Current.CancellationToken);
        if (kind is "directory")
            Directory.CreateDirectory(image);
        var ended = (await site.RunAsync("rehearse", "--image", image)).With(1);
        Assert.Empty(await Signals.LeftAfterAsync(site.Root, TimeSpan.FromSeconds(5)));
        Assert.Matches(@"GW\d{4}: ", ended.Output + ended.Errors);
        Assert.Empty(site.Listing());
    }

    [Theory]
    [InlineData("""{"gateway":{"imageFolder":"C:\\images"}}""", "imageFolder")]
    [InlineData("""{"gateway":{"maximumObject":"8 apples"}}""", "maximumObject")]
    [InlineData("""{"gateway":{"healthPort":99999}}""", "healthPort")]
    [InlineData("""{"gateway":{"routes":[{"id":"a","to":["nobody"]}]}}""", "nobody")]
    [InlineData("""{"payloads":[{"id":"mariadb","version":"1","file":"a"},{"id":"mariadb","version":"1","file":"b"}]}""", "mariadb")]
    [InlineData("""{"monitoring":{"registration":"secret:"}}""", "registration")]
    public async Task A_wrong_value_is_named_with_its_place_and_how_to_mend_it(string overlay, string named)
    {
        using var site = new Site();
        await File.WriteAllTextAsync(site.Overlay, overlay, TestContext.Current.CancellationToken);
        var found = (await site.RunAsync("validate", "--json")).With(65).Json().GetProperty("diagnostics").EnumerateArray()
            .Where(diagnostic => diagnostic.GetProperty("severity").GetString() == "error")
            .ToList();
        Assert.NotEmpty(found);
        Assert.All(found, diagnostic =>
        {
            Assert.Matches(@"^GW\d{4}$", diagnostic.GetProperty("code").GetString());
            Assert.NotEqual("", diagnostic.GetProperty("mend").GetString());
            Assert.True(diagnostic.GetProperty("place").GetProperty("line").GetInt32() > 0);
        });
        Assert.Contains(found, diagnostic => diagnostic.GetRawText().Contains(named, StringComparison.Ordinal));
    }

    private static byte[] NoManifest(string kind) => kind switch
    {
        "garbage" => Garbage,
        "empty" => [],
        "arrays" => [.. Enumerable.Repeat((byte)'[', 5_000_000)],
        "objects" => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"site\":", 625_000))),
        "null" => "null"u8.ToArray(),
        "number" => "1e999"u8.ToArray(),
        "cut off" => Encoding.ASCII.GetBytes("{ \"formatVersion\": 1, \"site\": { \"name\": \"Ex"),
        "not UTF-8" => Encoding.Latin1.GetBytes("{ \"formatVersion\": 1, \"site\": { \"name\": \"Krankenhaus M\u00fcnchen\" } }"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
