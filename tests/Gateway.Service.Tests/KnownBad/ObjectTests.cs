using Gateway.DicomMail.Messages;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>What lies in a partner's message beside good images, or in the place of one.</summary>
[Collection(KnownBadMail.Name)]
public sealed class ObjectTests(FedGateway gateway)
{
    [Fact]
    public async Task An_image_is_known_by_what_it_is_whatever_it_is_called()
    {
        string[] types =
        [
            "application/octet-stream; name=\"scan.exe\"", "text/plain", "image/jpeg", "application/x-dicom", "application/dicom; id=\"99999999999999999999\"; name*=utf-8''R%C3%B6ntgen.dcm", "application/dicom; name=\"=?utf-8?B?UsO2bnRnZW4=?=.dcm\"",
            "application/dicom; name=\"../../../../etc/passwd\"", "application/pdf",
        ];
        var images = types.Select(_ => gateway.NewImage()).ToList();

        var mail = gateway.Lay(gateway.North.Sealed(gateway.Site, MimeText.Multipart("multipart/mixed", types.Zip(images, (type, image) => MimeText.Part(type, image.ToFile())))));

        Assert.Equal(0, (int?)(await gateway.SaysAsync("opened", mail))["unusable"]);
        await gateway.AreThereOnceAsync(images);
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task What_is_no_image_is_counted_told_to_the_partner_and_kept_and_the_others_are_stored()
    {
        var (bad, good) = (gateway.NewImage(), gateway.NewImage());
        var file = bad.ToFile();
        var misnamed = (byte[])[.. (bad.Meta with { SopInstance = gateway.NewImage().SopInstanceUid }).ToBytes(), .. bad.ToDataSet()];
        Dictionary<string, byte[]> parts = new()
        {
            ["a data set that ends in the middle of an element"] = MimeText.Part("application/dicom", file[..^7]),
            ["the head alone"] = MimeText.Part("application/dicom", file[..300]),
            ["a preamble alone"] = MimeText.Part("application/dicom", file[..132]),
            ["nothing"] = MimeText.Part("application/dicom", []),
            ["words"] = MimeText.Part("text/plain; name=\"image.dcm\"", "not an image"u8.ToArray()),
            ["noise"] = MimeText.Part("application/dicom", [.. Enumerable.Range(0, 5000).Select(at => (byte)(at * 7))]),
            ["another UID in its head"] = MimeText.Part("application/dicom", misnamed),
            ["base64 that is none"] = MimeText.Entity("Content-Type: application/dicom\nContent-Transfer-Encoding: base64", "%%%% ÿ ====\r\n\r\n=A=B"u8.ToArray()),
            ["quoted-printable that is none"] = MimeText.Entity("Content-Type: application/dicom\nContent-Transfer-Encoding: quoted-printable", "=ZZ=\r\n==\r\n="u8.ToArray()),
        };
        var entity = MimeText.Multipart("multipart/related", [.. parts.Values, MimeText.Part("application/dicom", good.ToFile())]);

        var mail = gateway.Lay(gateway.North.Sealed(gateway.Site, entity, gateway.North.Wish));

        var line = await gateway.SaysAsync("opened", mail);
        Assert.Equal((parts.Count, 1), ((int?)line["unusable"], line["names"]!.AsArray().Count));
        await gateway.AreThereOnceAsync(good);
        await Eventually.HoldsAsync(() => gateway.Site.Events("answered").Any(answer => (string?)answer["set"] == (string?)line["set"] && (string?)answer["verdict"] == "acceptedWithWarning"));
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(gateway.MailFolder, "refused", mail)));
        await Eventually.HoldsAsync(() => gateway.Alarms.Any(alarm => (string?)alarm["code"] == "GW8023" && (string?)alarm["subject"] == "north"));
        await gateway.GoesOnAsync(bad);
    }

    [Fact]
    public async Task Another_image_under_a_known_UID_is_laid_aside_and_the_first_stays()
    {
        var first = gateway.NewImage();
        await gateway.SaysAsync("opened", gateway.Lay(gateway.North.Study(gateway, first)));
        await gateway.AreThereOnceAsync(first);

        var line = await gateway.SaysAsync("opened", gateway.Lay(gateway.East.Study(gateway, first with { PixelBytes = 5000 })));

        Assert.Equal((1, 0), ((int?)line["unusable"], line["names"]!.AsArray().Count));
        Assert.Contains(gateway.Site.Events("quarantined"), one => (string?)one["calling"] == "TO_EAST");
        await Eventually.HoldsAsync(() => gateway.Alarms.Any(alarm => (string?)alarm["code"] == "GW8004" && (string?)alarm["subject"] == "TO_EAST"));
        await gateway.GoesOnAsync();
        await gateway.AreThereOnceAsync(first);
    }

    [Fact]
    public async Task A_document_that_comes_again_is_kept_once()
    {
        string?[] Documents() => [.. Directory.GetFiles(Path.Combine(gateway.MailFolder, "documents")).Select(Path.GetFileNameWithoutExtension).Distinct()];
        var before = Documents().Length;
        var report = MimeText.Part($"application/pdf\n{HeaderNames.StudyId}: 1.2.3", "%PDF-1.7 the same report"u8.ToArray());
        for (var time = 1; time <= 2; time++)
            await gateway.SaysAsync("opened", gateway.Lay(gateway.North.Sealed(gateway.Site, MimeText.Multipart("multipart/mixed", MimeText.Part("application/dicom", gateway.NewImage().ToFile()), report))));

        Assert.Equal(before + 1, Documents().Length);
    }
}
