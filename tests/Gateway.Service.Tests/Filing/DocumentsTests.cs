using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Filing;

/// <summary>Documents of a partner, whose gateway is Python and gpg, come to the PACS as objects of their study; what must not go there is told everywhere.</summary>
public sealed class DocumentsTests : IDisposable
{
    private const string Text = "Befund für Frau Müller:\n\tkein Nachweis einer Blutung (ausgeschlossen), Größe 3 µm \\ 5 €";
    private const string InfectedBy = "this document is infected";

    private readonly string pickup = Directory.CreateTempSubdirectory("pickup-").FullName;
    private readonly CtPhantom image = new(7);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(pickup, recursive: true);

    [Fact]
    public async Task A_PDF_and_a_text_beside_an_image_come_to_the_PACS_and_other_documents_are_refused_in_ledger_alarm_and_receipt()
    {
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var sender = Site.WithFolder("north", pickup, "south");
        await using var site = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        site.Knows(sender);
        await site.Gateway.StartAsync();
        using var mail = new ForeignMail(sender, site, pickup);
        var pdf = Papers.Pdf();

        mail.Send(
            mail.Part("dicom", image.ToFile()), mail.Part("pdf", pdf, "Befund Müller.pdf", image.StudyInstanceUid.Value), mail.Part("text", Encoding.UTF8.GetBytes(Text), "Notiz.txt"),
            mail.Part("rtf", Papers.Rtf, "Brief.rtf"), mail.Part("vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04"u8.ToArray(), "Brief.docx"), mail.Part("text", "Dear colleague"u8.ToArray()));

        await Eventually.HoldsAsync(() => site.Events("answered").Count == 1);
        Assert.Equal("acceptedWithWarning", (string?)site.Events("answered")[0]["verdict"]);
        var objects = Directory.GetFiles(pacs.Folder).Where(IsDocument).ToList();
        Assert.Equal(2, objects.Count);
        Assert.Equal(3, Directory.GetFiles(pacs.Folder).Length);
        List<byte[]> papers = [];
        foreach (var one in objects)
        {
            var (code, said) = await Dcmtk.RunAsync("dciodvfy", [one], Cancellation);
            Assert.True(code == 0 && !said.Contains("Error", StringComparison.Ordinal), said);
            Assert.Contains("EncapsulatedPDF", said, StringComparison.Ordinal);
            (code, said) = await Dcmtk.RunAsync("dcm2pdf", [one, one + ".pdf"], Cancellation);
            Assert.True(code == 0, said);
            papers.Add(await File.ReadAllBytesAsync(one + ".pdf", Cancellation));
            Assert.Contains(image.StudyInstanceUid.Value, (await DumpAsync(one)).Output, StringComparison.Ordinal);
        }

        Assert.Contains(papers, paper => paper.SequenceEqual(pdf));
        Assert.Contains("Befund Müller.pdf", (await DumpAsync(objects[papers.FindIndex(paper => paper.SequenceEqual(pdf))])).Output, StringComparison.Ordinal);
        var (_, shown) = await Dcmtk.RunAsync("pdftotext", ["-layout", objects[papers.FindIndex(paper => !paper.SequenceEqual(pdf))] + ".pdf", "-"], Cancellation);
        Assert.Contains("Befund für Frau Müller:", shown, StringComparison.Ordinal);
        Assert.Contains("kein Nachweis einer Blutung (ausgeschlossen), Größe 3 µm \\ 5 €", shown, StringComparison.Ordinal);

        Assert.Equal(
            ["it is RTF, which is not converted: PDF and plain text are taken", "it is neither a PDF nor plain text"],
            site.Events("documentSetAside").Select(line => (string?)line["reason"]).Order(StringComparer.Ordinal));
        await Eventually.HoldsAsync(() => site.Gateway.LogLines().Any(line => line.Contains("GW8021", StringComparison.Ordinal)));
        Assert.Equal(2, site.Events("documentFiled").Count);
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Gateway.SpoolFolder, "mail", "documents")));
        Assert.Empty(Directory.GetFiles(site.Gateway.ScanFolder));
        Assert.DoesNotContain(site.Gateway.LogLines().Concat(site.Ledger.Select(line => line.ToJsonString())), line => line.Contains("Befund", StringComparison.Ordinal) || line.Contains("Brief", StringComparison.Ordinal));
        var events = (await site.AskAsync($"studies/{image.StudyInstanceUid}/trace"))!["lines"]!.AsArray().Select(line => (string?)line!["event"]).ToList();
        Assert.Contains("documentFiled", events);
        Assert.Contains("documentSetAside", events);
    }

    [Fact]
    public async Task A_document_that_comes_before_its_images_waits_for_them_and_is_answered_for_then()
    {
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var sender = Site.WithFolder("north", pickup, "south");
        await using var site = Site.WithFolder("south", pickup, "north", SampleConfiguration.SendingTo(pacs.EndPoint));
        site.Knows(sender);
        await site.Gateway.StartAsync();
        using var mail = new ForeignMail(sender, site, pickup);

        mail.Send(mail.Part("pdf", Papers.Pdf(), "Report.pdf", image.StudyInstanceUid.Value));
        await Eventually.HoldsAsync(() => site.Events("documentScanned").Count == 1);
        await site.Gateway.KillAsync();
        await site.Gateway.StartAsync();
        Assert.Empty(site.Events("answered"));
        await site.Gateway.StoreFileAsync(image.ToFile());

        await Eventually.HoldsAsync(() => site.Events("answered").Count == 1);
        Assert.Equal("accepted", (string?)site.Events("answered")[0]["verdict"]);
        Assert.Single(Directory.GetFiles(pacs.Folder), IsDocument);
    }

    [Fact]
    public async Task A_document_that_clamscan_finds_infected_goes_nowhere_and_ledger_alarm_and_receipt_say_so()
    {
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var sender = Site.WithFolder("north", pickup, "south");
        Assert.SkipUnless(Dcmtk.IsInstalled("clamscan"), "clamscan is not installed");
        await using var site = Site.WithFolder("south", pickup, "north", configuration =>
        {
            SampleConfiguration.SendingTo(pacs.EndPoint)(configuration);
            configuration["mail"]!["scanCommand"] = new JsonArray("clamscan", "--no-summary", "--database", Signatures());
        });
        site.Knows(sender);
        await site.Gateway.StartAsync();
        using var mail = new ForeignMail(sender, site, pickup);

        mail.Send(mail.Part("dicom", image.ToFile()), mail.Part("pdf", Papers.Pdf(InfectedBy), "Report.pdf"), mail.Part("pdf", Papers.Pdf("clean"), "Other.pdf"));
        await Eventually.HoldsAsync(() => site.Events("answered").Count == 1);
        mail.Send(mail.Part("pdf", Papers.Pdf(InfectedBy + " too"), "Report.pdf", image.StudyInstanceUid.Value));
        await Eventually.HoldsAsync(() => site.Events("answered").Count == 2);

        Assert.Equal(["acceptedWithWarning", "notAccepted"], site.Events("answered").Select(line => (string?)line["verdict"]));
        Assert.All(site.Events("documentSetAside"), line =>
        {
            Assert.True((bool)line["isInfected"]!);
            Assert.Equal("clamscan finds it infected", (string?)line["reason"]);
        });
        Assert.Equal("clamscan", (string?)Assert.Single(site.Events("documentScanned"))["scanner"]);
        Assert.Equal(2, Directory.GetFiles(pacs.Folder).Length);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(site.Gateway.SpoolFolder, "mail", "refused"), "*.document").Length);
        await Eventually.HoldsAsync(() => site.Gateway.LogLines().Any(line => line.Contains("GW8020", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_document_that_a_scanner_takes_away_counts_as_infected()
    {
        await using var sender = Site.WithFolder("north", pickup, "south");
        await using var site = Site.WithFolder("south", pickup, "north", configuration => configuration["mail"]!["scanCommand"] = new JsonArray("rm"));
        site.Knows(sender);
        await site.Gateway.StartAsync();
        using var mail = new ForeignMail(sender, site, pickup);

        mail.Send(mail.Part("dicom", image.ToFile()), mail.Part("pdf", Papers.Pdf(), "Report.pdf"));

        await Eventually.HoldsAsync(() => site.Events("documentSetAside").Count == 1);
        Assert.True((bool)site.Events("documentSetAside")[0]["isInfected"]!);
        Assert.Empty(site.Events("documentFiled"));
    }

    private static Task<(int ExitCode, string Output)> DumpAsync(string path) => Dcmtk.RunAsync("dcmdump", ["+U8", path], Cancellation);

    private static bool IsDocument(string path)
    {
        using var file = File.OpenRead(path);
        return Part10Header.Read(file).Meta.SopClass == SopClasses.EncapsulatedPdfStorage;
    }

    // A database of one signature (ClamAV's .ndb: name, any file, anywhere, hexadecimal bytes).
    private string Signatures()
    {
        var path = Path.Combine(pickup, "own.ndb");
        File.WriteAllText(path, $"TEST.Infected:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(InfectedBy))}\n");
        return path;
    }
}
