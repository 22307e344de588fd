using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Windows.Packages;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows.Packages;

/// <summary>Payloads are used from a copy that nobody else can change, and only those that the manifest vouches for.</summary>
public sealed class PayloadCopiesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gw-payloads-").FullName;

    private string Source => Path.Combine(folder, "share");

    private string Own => Path.Combine(folder, "own");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_payload_is_copied_and_found_again_when_its_source_is_gone()
    {
        var digest = Put("agent.msi", "the maker's");
        var copy = await TakeAsync("agent.msi", digest);
        Assert.StartsWith(Own, copy, StringComparison.Ordinal);
        Assert.Equal("the maker's", await File.ReadAllTextAsync(copy, TestContext.Current.CancellationToken));
        Directory.Delete(Source, recursive: true);
        Assert.Equal(copy, await TakeAsync("agent.msi", digest));
    }

    [Fact]
    public async Task A_copy_that_was_changed_is_copied_again()
    {
        var digest = Put("agent.msi", "the maker's");
        var copy = await TakeAsync("agent.msi", digest);
        await File.WriteAllTextAsync(copy, "somebody's", TestContext.Current.CancellationToken);
        Assert.Equal("the maker's", await File.ReadAllTextAsync(await TakeAsync("agent.msi", digest), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_digest_without_a_file_and_with_another_one_nothing_is_taken()
    {
        await RefusedAsync("GW2501", "agent.msi", null);
        await RefusedAsync("GW2502", "agent.msi", Sha256Digest.Of("x"u8));
        Put("agent.msi", "somebody's");
        await RefusedAsync("GW2503", "agent.msi", Sha256Digest.Of("the maker's"u8));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Own));
    }

    private Sha256Digest Put(string file, string content)
    {
        Directory.CreateDirectory(Source);
        File.WriteAllText(Path.Combine(Source, file), content);
        return Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content));
    }

    private Task<string> TakeAsync(string file, Sha256Digest? digest) => new PayloadCopies(Source, Own).TakeAsync(file, digest, TestContext.Current.CancellationToken);

    private async Task RefusedAsync(string code, string file, Sha256Digest? digest) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(() => TakeAsync(file, digest))).Diagnostic.Code);
}
