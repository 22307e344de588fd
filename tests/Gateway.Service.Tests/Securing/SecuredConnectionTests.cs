using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Securing;

/// <summary>TLS, user identity and the operations window as the configuration says, with DCMTK's programs where they can.</summary>
public sealed class SecuredConnectionTests : IDisposable
{
    private readonly Pki pki = new("site");
    private readonly Pki stranger = new("stranger");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        pki.Dispose();
        stranger.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Storescu_sends_over_TLS_with_a_certificate_of_the_authority_and_not_with_another(bool isOurs)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescu"), "DCMTK is not installed");
        await using var gateway = await ListeningAsync();
        pki.Issue("scu");
        stranger.Issue("scu");
        var mine = isOurs ? pki : stranger;

        var (exit, _) = await SendAsync(gateway, "+tls", mine.KeyFile("scu"), mine.CertificateFile("scu"), "+cf", pki.AuthorityFile);

        Assert.Equal(isOurs, exit == 0);
        Assert.Equal(isOurs ? 1 : 0, gateway.StoredFiles.Count);
    }

    [Fact]
    public async Task A_listener_with_TLS_takes_nothing_in_the_clear()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescu"), "DCMTK is not installed");
        await using var gateway = await ListeningAsync();

        var (exit, _) = await SendAsync(gateway);

        Assert.NotEqual(0, exit);
        Assert.Empty(gateway.StoredFiles);
    }

    [Fact]
    public async Task A_delivery_arrives_at_storescp_over_TLS()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "DCMTK is not installed");
        pki.Issue("scp");
        await using var target = await StoreScp.StartAsync(Cancellation, "-uf", "+tls", pki.KeyFile("scp"), pki.CertificateFile("scp"), "+cf", pki.AuthorityFile);
        await using var gateway = new GatewayProcess(configuration =>
        {
            SampleConfiguration.SendingTo(target.EndPoint)(configuration);
            configuration["targets"]!["dicom"]![0]!["tls"] = Tls();
        });
        LayCertificates(gateway);
        await gateway.StartAsync();

        await gateway.StoreFileAsync(new Image("1").ToFile());

        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("\"event\":\"finished\"", StringComparison.Ordinal), 60);
        Assert.Single(Directory.GetFiles(target.Folder));
    }

    [Fact]
    public async Task A_target_of_a_foreign_authority_gets_nothing()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "DCMTK is not installed");
        stranger.Issue("scp");
        await using var target = await StoreScp.StartAsync(Cancellation, "-uf", "+tls", stranger.KeyFile("scp"), stranger.CertificateFile("scp"), "+cf", pki.AuthorityFile);
        await using var gateway = new GatewayProcess(configuration =>
        {
            SampleConfiguration.SendingTo(target.EndPoint)(configuration);
            configuration["targets"]!["dicom"]![0]!["tls"] = Tls();
        });
        LayCertificates(gateway);
        await gateway.StartAsync();

        await gateway.StoreFileAsync(new Image("1").ToFile());

        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("\"event\":\"postponed\"", StringComparison.Ordinal), 60);
        Assert.Contains("TLS with", await gateway.LedgerAsync(0), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(target.Folder));
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("radiology", "", false)]
    [InlineData("radiology", "wrong", false)]
    [InlineData("somebody", "open sesame", false)]
    [InlineData("radiology", "open sesame", true)]
    public async Task Storescu_is_let_in_only_as_the_user_that_its_caller_must_be(string user, string passcode, bool isLetIn)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescu"), "DCMTK is not installed");
        await using var gateway = new GatewayProcess(configuration =>
        {
            var caller = configuration["dicom"]!["callers"]![0]!;
            (caller["userName"], caller["passcodeFile"]) = ("radiology", @"D:\VISUS\data\passcode");
        });
        gateway.Lay("passcode", "open sesame\n");
        await gateway.StartAsync();
        IEnumerable<string> identity = user.Length == 0 ? [] : passcode.Length == 0 ? ["--user", user] : ["--user", user, "--password", passcode];

        var (exit, output) = await SendAsync(gateway, [.. identity, "--pos-response"]);

        Assert.Equal(isLetIn, exit == 0);
        Assert.Equal(isLetIn ? 1 : 0, gateway.StoredFiles.Count);
        Assert.DoesNotContain(gateway.LogLines(), line => line.Contains("sesame", StringComparison.Ordinal) || (passcode.Length > 0 && line.Contains(passcode, StringComparison.Ordinal)));
        Assert.NotNull(output);
    }

    [Fact]
    public async Task A_user_identity_is_not_confirmed_to_a_caller_that_may_be_anybody()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await Assert.ThrowsAsync<UserIdentityNotConfirmedException>(() => StorageClient.ConnectAsync(
            gateway.Caller with { Identity = UserIdentity.ByName("radiology", requestsResponse: true) }, StorageProposal.For([]), Cancellation));
    }

    [Fact]
    public async Task A_target_is_told_the_user_and_the_passcode()
    {
        await using var other = new GatewayProcess(configuration =>
        {
            var caller = configuration["dicom"]!["callers"]![0]!;
            (caller["aeTitle"], caller["userName"], caller["passcodeFile"]) = ("DICOMMAIL", "gateway", @"D:\VISUS\data\passcode");
        });
        other.Lay("passcode", "geheim");
        await other.StartAsync();
        await using var gateway = new GatewayProcess(configuration =>
        {
            SampleConfiguration.SendingTo(new IPEndPoint(IPAddress.Loopback, other.Port), "DICOMMAIL")(configuration);
            var target = configuration["targets"]!["dicom"]![0]!;
            (target["userName"], target["passcodeFile"]) = ("gateway", @"D:\VISUS\data\passcode");
        });
        gateway.Lay("passcode", "geheim");
        await gateway.StartAsync();

        await gateway.StoreFileAsync(new Image("1").ToFile());

        await Eventually.HoldsAsync(() => other.StoredFiles.Count == 1);
    }

    [Fact]
    public async Task A_caller_gets_the_window_that_it_may_have_and_everything_that_it_sends_through_it_is_counted_audited_and_whole()
    {
        await using var gateway = await GatewayProcess.StartedAsync(configuration => configuration["dicom"]!["callers"]![0]!["maximumOperations"] = 6);
        var images = Enumerable.Range(1, 40).Select(number => new Image($"{number}") { Study = $"1.2.{number % 3}", Series = $"1.2.{number % 3}.1", PixelBytes = 100_000 }).ToList();
        await using var client = await StorageClient.ConnectAsync(gateway.Caller with { MaximumOperations = 16 }, StorageProposal.For(images.Select(image => image.Meta)), Cancellation);
        Assert.Equal(6, client.MaximumOperations);

        var statuses = await Task.WhenAll(images.Select(image => client.StoreAsync(new MemoryStream(image.ToFile()), null, Cancellation)));
        await client.ReleaseAsync(Cancellation);

        Assert.All(statuses, status => Assert.True(status.IsSuccess));
        Assert.Equal(40, await gateway.CountAsync("received"));
        Assert.Equal(
            images.Select(image => Convert.ToHexStringLower(SHA256.HashData(image.ToDataSet()))).Order(StringComparer.Ordinal),
            gateway.StoredFiles.Select(file => HashOf(File.ReadAllBytes(file))).Order(StringComparer.Ordinal));
        await Eventually.HoldsAsync(() => gateway.LogLines().Any(line => line.Contains("is released: {Acknowledged}", StringComparison.Ordinal) && line.Contains("\"Acknowledged\":40", StringComparison.Ordinal)));
        await Eventually.HoldsAsync(() => gateway.AuditLines().Count(line => line.Contains("110104", StringComparison.Ordinal)) == 3);
    }

    [Fact]
    public async Task A_caller_without_a_window_gets_one_operation_at_a_time()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await using var client = await StorageClient.ConnectAsync(gateway.Caller with { MaximumOperations = 16 }, StorageProposal.For([]), Cancellation);
        Assert.Equal(1, client.MaximumOperations);
        await client.ReleaseAsync(Cancellation);
    }

    [Fact]
    public async Task A_target_with_a_window_gets_everything_once()
    {
        await using var other = await GatewayProcess.StartedAsync(configuration =>
        {
            var caller = configuration["dicom"]!["callers"]![0]!;
            (caller["aeTitle"], caller["maximumOperations"]) = ("DICOMMAIL", 8);
        });
        await using var gateway = await GatewayProcess.StartedAsync(configuration =>
        {
            SampleConfiguration.SendingTo(new IPEndPoint(IPAddress.Loopback, other.Port), "DICOMMAIL")(configuration);
            configuration["targets"]!["dicom"]![0]!["maximumOperations"] = 4;
        });
        var images = Enumerable.Range(1, 30).Select(number => new Image($"{number}") { PixelBytes = 50_000 }).ToList();
        await using (var client = await StorageClient.ConnectAsync(gateway.Caller, StorageProposal.For(images.Select(image => image.Meta)), Cancellation))
        {
            foreach (var image in images)
                await client.StoreAsync(new MemoryStream(image.ToFile()), null, Cancellation);
            await client.ReleaseAsync(Cancellation);
        }

        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("\"event\":\"finished\"", StringComparison.Ordinal), 60);
        Assert.Equal(30, await other.CountAsync("received"));
        Assert.Equal(0, await other.CountAsync("duplicates"));
    }

    [Theory]
    [InlineData("certificateFile", @"D:\VISUS\data\missing.pem")]
    [InlineData("keyPasswordFile", @"D:\VISUS\data\missing")]
    public async Task Certificates_that_cannot_be_read_are_told_before_anything_listens(string field, string file)
    {
        await using var gateway = new GatewayProcess(configuration =>
        {
            configuration["dicom"]!["tls"] = Tls();
            configuration["dicom"]!["tls"]![field] = file;
        });
        LayCertificates(gateway);

        Assert.Equal(74, await gateway.RunToEndAsync());
        Assert.Contains("GW7017 /dicom/tls", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_a_password_is_read_with_the_password_of_its_file()
    {
        await using var gateway = new GatewayProcess(configuration =>
        {
            configuration["dicom"]!["tls"] = Tls();
            configuration["dicom"]!["tls"]!["keyPasswordFile"] = @"D:\VISUS\data\key-password";
        });
        LayCertificates(gateway);
        using (var key = RSA.Create())
        {
            key.ImportFromPem(await File.ReadAllTextAsync(pki.KeyFile("gateway"), Cancellation));
            gateway.Lay("gateway.key", key.ExportEncryptedPkcs8PrivateKeyPem("geheim", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 100_000)));
        }

        gateway.Lay("key-password", "geheim");
        await gateway.StartAsync();

        await using var client = await StorageClient.ConnectAsync(gateway.Caller with { Tls = pki.Issue("us") }, StorageProposal.For([]), Cancellation);
        Assert.True((await client.EchoAsync(Cancellation)).IsSuccess);
        await client.ReleaseAsync(Cancellation);
    }

    private static string HashOf(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return Convert.ToHexStringLower(SHA256.HashData(file.AsSpan((int)Part10Header.Read(stream).DataSetOffset)));
    }

    private static JsonObject Tls() => new()
    {
        ["certificateFile"] = @"D:\VISUS\data\gateway.pem", ["keyFile"] = @"D:\VISUS\data\gateway.key", ["keyPasswordFile"] = "", ["certificateSubject"] = "",
        ["authorityFile"] = @"D:\VISUS\data\authority.pem", ["checkPeer"] = true,
    };

    private async Task<GatewayProcess> ListeningAsync()
    {
        var gateway = new GatewayProcess(configuration => configuration["dicom"]!["tls"] = Tls());
        LayCertificates(gateway);
        await gateway.StartAsync();
        return gateway;
    }

    private void LayCertificates(GatewayProcess gateway)
    {
        pki.Issue("gateway");
        gateway.Lay("gateway.pem", File.ReadAllText(pki.CertificateFile("gateway")));
        gateway.Lay("gateway.key", File.ReadAllText(pki.KeyFile("gateway")));
        gateway.Lay("authority.pem", File.ReadAllText(pki.AuthorityFile));
    }

    private async Task<(int ExitCode, string Output)> SendAsync(GatewayProcess gateway, params string[] options)
    {
        var file = Path.Combine(pki.Folder, "image.dcm");
        await File.WriteAllBytesAsync(file, new Image("1").ToFile(), Cancellation);
        return await Dcmtk.RunAsync("storescu", ["-aet", "PACS", "-aec", "DICOMMAIL", .. options, "127.0.0.1", $"{gateway.Port}", file], Cancellation);
    }
}
