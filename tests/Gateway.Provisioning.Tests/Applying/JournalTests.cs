using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>A journal whose end was tampered with is noticed as one whose middle was; what a power loss leaves is not taken for that.</summary>
public class JournalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Harms => ["last line edited", "last line cut off", "last run cut off", "line added", "all lines gone", "anchor gone", "anchor is garbage"];

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task A_changed_end_is_refused(string harm)
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var (path, anchor) = (machine.JournalFile.Name, Path.ChangeExtension(machine.JournalFile.Name, ".head"));
        var lines = await File.ReadAllLinesAsync(path, Cancel);
        switch (harm)
        {
            case "last line edited":
                await WriteAsync(path, [.. lines[..^1], lines[^1].Replace("applied", "rolledBack", StringComparison.Ordinal)]);
                break;
            case "last line cut off":
                await WriteAsync(path, lines[..^1]);
                break;
            case "last run cut off":
                await WriteAsync(path, lines[..1]);
                break;
            case "line added":
                await WriteAsync(path, [.. lines, Chained(lines[^1]), Chained(Chained(lines[^1]))]);
                break;
            case "all lines gone":
                File.Delete(path);
                break;
            case "anchor gone":
                File.Delete(anchor);
                break;
            default:
                await File.WriteAllTextAsync(anchor, "garbage", Cancel);
                break;
        }

        var before = machine.Snapshot();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.TryApplyAsync());
        Assert.Equal("GW3101", refused.Diagnostic.Code);
        Assert.Contains("journal.head", refused.Diagnostic.Mend, StringComparison.Ordinal);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_last_line_without_its_newline_is_whole_and_the_next_one_follows_it()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var bytes = machine.JournalFile.Read().Lines;
        await File.WriteAllBytesAsync(machine.JournalFile.Name, bytes[..^1], Cancel);
        var count = Journal.Open(machine.JournalFile, machine.Clock).Entries.Count;
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.RollbackAsync()).Outcome);
        Assert.True(Journal.Open(machine.JournalFile, machine.Clock).Entries.Count > count);
        Assert.Equal(bytes, machine.JournalFile.Read().Lines[..bytes.Length]);
    }

    [Fact]
    public async Task A_journal_of_a_newer_product_is_named_as_such()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var journal = Journal.Open(machine.JournalFile, machine.Clock);
        var line = Encoding.UTF8.GetBytes($$"""{"format":2,"previous":"{{journal.Head}}","at":"2030-01-01T00:00:00+00:00","event":"somethingNew","run":"x","more":1}""");
        machine.JournalFile.Append(machine.JournalFile.Read().Lines.Length, [.. line, (byte)'\n']);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.TryApplyAsync());
        Assert.Equal("GW3104", refused.Diagnostic.Code);
        Assert.Contains("newer version", refused.Diagnostic.Message, StringComparison.Ordinal);
    }

    private static Task WriteAsync(string path, IEnumerable<string> lines) => File.WriteAllTextAsync(path, string.Concat(lines.Select(l => l + "\n")), Cancel);

    // A line that continues the chain properly, as somebody would write it who knows how.
    private static string Chained(string last) => $$"""{"format":1,"previous":"{{Sha256Digest.Of(Encoding.UTF8.GetBytes(last))}}","at":"2026-11-24T12:00:00+00:00","event":"runResumed","run":"x"}""";
}
