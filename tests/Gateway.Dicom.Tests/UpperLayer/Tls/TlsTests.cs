using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.Tests.UpperLayer.Protocol;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Tls;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer.Tls;

/// <summary>The BCP 195 profile (PS3.15 annex B) against DCMTK and openssl, both ways, and what it refuses.</summary>
public sealed class TlsTests(Authorities authorities) : IClassFixture<Authorities>
{
    private readonly Pki site = authorities.Site;
    private readonly Pki stranger = authorities.Stranger;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Storescu_with_a_certificate_of_our_authority_stores_and_is_known()
    {
        await using var scp = StartOurs("storescu");
        _ = site.Issue("modality");
        var phantom = new CtPhantom(21);
        var file = Path.Combine(site.Folder, "phantom.dcm");
        await File.WriteAllBytesAsync(file, phantom.ToFile(), Cancellation);

        var (exitCode, output) = await Dcmtk.RunAsync("storescu", [.. Secured(site, "modality"), "127.0.0.1", $"{scp.EndPoint.Port}", file], Cancellation);

        Assert.True(exitCode == 0, output);
        Assert.Null(await scp.EndAsync(Cancellation));
        Assert.Equal(phantom.ToDataSet(), scp.Received[phantom.SopInstanceUid.Value]);
    }

    [Fact]
    public async Task A_peer_without_a_certificate_is_refused()
    {
        await using var scp = StartOurs("echoscu");

        var (exitCode, _) = await Dcmtk.RunAsync("echoscu", ["+tla", "-ic", "127.0.0.1", $"{scp.EndPoint.Port}"], Cancellation);

        Assert.NotEqual(0, exitCode);
        Assert.IsType<TlsRefusedException>(await scp.EndAsync(Cancellation));
    }

    [Fact]
    public async Task A_peer_with_a_certificate_of_another_authority_is_refused()
    {
        await using var scp = StartOurs("echoscu");
        _ = stranger.Issue("modality");

        var (exitCode, _) = await Dcmtk.RunAsync(
            "echoscu", [.. Secured(stranger, "modality"), "-ic", "127.0.0.1", $"{scp.EndPoint.Port}"], Cancellation);

        Assert.NotEqual(0, exitCode);
        Assert.IsType<TlsRefusedException>(await scp.EndAsync(Cancellation));
    }

    [Theory]
    [InlineData("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")]
    [InlineData("-tls1_2", "-cipher", "AES128-GCM-SHA256:@SECLEVEL=0")] // no forward secrecy
    [InlineData("-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256:@SECLEVEL=0")] // authentication apart from encryption
    public async Task An_old_version_and_a_weak_suite_are_refused(params string[] offer)
    {
        await using var scp = StartOurs("openssl");
        _ = site.Issue("modality");

        var (exitCode, output) = await HandshakeAsync(scp, offer);

        Assert.True(exitCode != 0, output);
        Assert.IsType<TlsRefusedException>(await scp.EndAsync(Cancellation));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task The_versions_of_the_profile_are_taken(string offer)
    {
        await using var scp = StartOurs("openssl");
        _ = site.Issue("modality");

        var (exitCode, output) = await HandshakeAsync(scp, offer);

        Assert.True(exitCode == 0, output);
        Assert.Contains("GCM", output, StringComparison.Ordinal);
        Assert.IsType<AssociationLostException>(await scp.EndAsync(Cancellation)); // it encrypts, and then says nothing
    }

    [Fact]
    public async Task A_peer_that_does_not_encrypt_is_refused()
    {
        await using var scp = StartOurs("echoscu");

        var (exitCode, _) = await Dcmtk.RunAsync("echoscu", ["127.0.0.1", $"{scp.EndPoint.Port}"], Cancellation);

        Assert.NotEqual(0, exitCode);
        Assert.IsType<TlsRefusedException>(await scp.EndAsync(Cancellation));
    }

    [Fact]
    public async Task A_peer_that_connects_and_does_not_shake_hands_has_the_artim_time()
    {
        var time = new FakeTimeProvider();
        var (peer, accepting) = await LoopbackPair.RawAsync(
            LoopbackPair.Policy with { Tls = site.Issue("gateway") }, time, Cancellation);

        time.Advance(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAsync<AssociationTimedOutException>(() => accepting);
        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation));
    }

    [Fact]
    public async Task Storescp_takes_our_image_over_tls_unchanged()
    {
        var (scp, options) = await StartTheirsAsync("storescp");
        await using var peer = scp;
        var phantom = new CtPhantom(22);

        await using var client = await StorageClient.ConnectAsync(options, StorageProposal.For([phantom.Meta]), Cancellation);
        var status = await client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation);
        await client.ReleaseAsync(Cancellation);

        Assert.Equal(DimseStatus.Success, status);
        var stored = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(scp.Folder)), Cancellation);
        Assert.Equal(phantom.ToDataSet(), stored[^phantom.ToDataSet().Length..]);
    }

    [Fact]
    public async Task We_refuse_a_provider_of_another_authority_and_one_under_another_name_unless_names_do_not_count()
    {
        var (scp, options) = await StartTheirsAsync("elsewhere");
        await using var peer = scp;

        await Assert.ThrowsAsync<TlsRefusedException>(() => ConnectAsync(options with { Tls = options.Tls! with { Trusted = stranger.Trusted } }));
        await Assert.ThrowsAsync<TlsRefusedException>(() => ConnectAsync(options with { Tls = options.Tls! with { PeerName = "pacs" } }));
        await Assert.ThrowsAsync<TlsRefusedException>(() => ConnectAsync(
            options with { Tls = options.Tls! with { Trusted = stranger.Trusted, ChecksPeerName = false } }));
        await using var anyName = await ConnectAsync(options with { Tls = options.Tls! with { PeerName = "pacs", ChecksPeerName = false } });
        Assert.Equal(DimseStatus.Success, await anyName.EchoAsync(Cancellation));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_or_none_does_not_get_us_in()
    {
        var (scp, options) = await StartTheirsAsync("storescp");
        await using var peer = scp;

        foreach (var certificate in new[] { stranger.Issue("gateway").Certificate, null })
        {
            await Assert.ThrowsAnyAsync<AssociationException>(
                () => ConnectAsync(options with { Tls = options.Tls! with { Certificate = certificate } }));
        }
    }

    [Fact]
    public async Task A_provider_that_does_not_encrypt_is_refused_or_lost()
    {
        await using var scp = await StoreScp.StartAsync(Cancellation);
        var options = new RequestorOptions(scp.EndPoint, AeTitle.Parse("US"), AeTitle.Parse("STORESCP")) { Tls = site.Issue("gateway") };

        await Assert.ThrowsAnyAsync<AssociationException>(() => ConnectAsync(options));
    }

    [Fact]
    public async Task Both_of_ours_go_through_a_life_over_tls()
    {
        await using var scp = OurScp.Start(OurScp.Policy with { Tls = site.Issue("gateway"), MaximumPduLength = 1024 * 1024 });
        var phantoms = Enumerable.Range(0, 20).Select(number => new CtPhantom(number)).ToList();

        await using var client = await ConnectAsync(
            scp.Caller with { Tls = site.Issue("pacs") }, [.. phantoms.Select(phantom => phantom.Meta)]);
        foreach (var phantom in phantoms)
            Assert.Equal(DimseStatus.Success, await client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation));
        await client.ReleaseAsync(Cancellation);

        Assert.Null(await scp.EndAsync(Cancellation));
        Assert.All(phantoms, phantom => Assert.Equal(phantom.ToDataSet(), scp.Received[phantom.SopInstanceUid.Value]));
    }

    private static IEnumerable<string> Secured(Pki pki, string name) =>
        ["+tls", pki.KeyFile(name), pki.CertificateFile(name), "+cf", pki.AuthorityFile];

    private static Task<StorageClient> ConnectAsync(RequestorOptions options, params FileMetaInformation[] files) =>
        StorageClient.ConnectAsync(options, StorageProposal.For(files), Cancellation);

    private OurScp StartOurs(string tool)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled(tool), $"{tool} is not installed");
        return OurScp.Start(OurScp.Policy with { Tls = site.Issue("gateway") });
    }

    private async Task<(StoreScp Scp, RequestorOptions Options)> StartTheirsAsync(string name)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "storescp (dcmtk) is not installed");
        _ = site.Issue(name);
        var scp = await StoreScp.StartAsync(Cancellation, ["-B", .. Secured(site, name)]);
        return (scp, new RequestorOptions(scp.EndPoint, AeTitle.Parse("US"), AeTitle.Parse("STORESCP")) { Tls = site.Issue("gateway") });
    }

    private Task<(int ExitCode, string Output)> HandshakeAsync(OurScp scp, params string[] offer) => Dcmtk.RunAsync(
        "sh",
        [
            "-c", "exec openssl s_client \"$@\" </dev/null", "openssl", "-connect", $"127.0.0.1:{scp.EndPoint.Port}",
            "-cert", site.CertificateFile("modality"), "-key", site.KeyFile("modality"), "-CAfile", site.AuthorityFile,
            "-verify_return_error", .. offer,
        ],
        Cancellation);
}
