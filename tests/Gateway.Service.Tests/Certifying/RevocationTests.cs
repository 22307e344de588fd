using Gateway.Dicom.Tests.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Service.Tests.Certifying;

/// <summary>The authority's list is asked where the manifest says so, and never otherwise.</summary>
public class RevocationTests
{
    [Fact]
    public async Task A_certificate_that_was_taken_back_is_shown_as_such_where_the_list_is_asked_and_nobody_is_asked_otherwise()
    {
        var before = CachedLists();
        var port = Dcmtk.FreePort();
        var asked = 0;
        byte[] list = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var web = builder.Build();
        var name = $"{Guid.NewGuid():N}.crl";
        web.MapGet($"/{name}", () =>
        {
            Interlocked.Increment(ref asked);
            return Results.Bytes(list, "application/pkix-crl");
        });
        await web.StartAsync(TestContext.Current.CancellationToken);
        await using var site = new CertifiedSite(configuration => configuration["mail"]!["revocation"] = "online");
        var extensions = $"extendedKeyUsage=clientAuth\ncrlDistributionPoints=URI:http://127.0.0.1:{port}/{name}\n";
        var nowhere = $"extendedKeyUsage=clientAuth\ncrlDistributionPoints=URI:http://127.0.0.1:9/{name}\n";
        var (good, bad, silent) = (site.Sign(await site.RequestAsync(), extensions: extensions), site.Sign(await site.RequestAsync(), extensions: extensions), site.Sign(await site.RequestAsync(), extensions: nowhere));
        foreach (var file in new[] { good, bad, silent })
            await site.InstallAsync(file);
        site.Signer.Revoke(bad);
        list = site.Signer.RevocationList();
        asked = 0;

        Assert.All((await site.MustAsync("show", "--rehearsal"))["certificates"]!.AsArray(), one => Assert.Equal("notAsked", (string)one!["revocation"]!));
        Assert.Equal(0, asked);

        var shown = (await site.MustAsync("show"))["certificates"]!.AsArray().ToDictionary(one => (string)one!["sha256"]!, one => (string)one!["revocation"]!);
        Assert.Equal(("good", "revoked", "unknown"), (shown[CertifiedSite.Sha256Of(good)], shown[CertifiedSite.Sha256Of(bad)], shown[CertifiedSite.Sha256Of(silent)]));
        Assert.NotEqual(0, asked);
        foreach (var cached in CachedLists().Except(before))
            File.Delete(cached);
    }

    // Where .NET keeps revocation lists on Linux.
    private static string[] CachedLists() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "corefx", "cryptography", "crls") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
}
