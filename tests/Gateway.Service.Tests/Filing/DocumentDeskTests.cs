using Gateway.Dicom.Phantoms;
using Gateway.DicomMail.Messages;
using Gateway.Service.Filing;
using Gateway.Service.Ledgers;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Filing;

/// <summary>What becomes of a document that is not scanned, or has no study; and that a kill at any step loses none and doubles none.</summary>
public sealed class DocumentDeskTests : IDisposable
{
    private readonly string root = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"documents-{Guid.NewGuid():N}")).FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
    private readonly CtPhantom image = new(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_document_without_an_image_of_its_study_waits_a_day_and_lies_aside_then()
    {
        using var inbox = await MailDesk.OpenAsync(root, clock, ["true"]);
        inbox.Receive(inbox.Message([], Paper("1.2.3.4")));
        await inbox.WorkAsync();

        clock.Advance(DocumentDesk.LongestWaitForImages - TimeSpan.FromMinutes(1));
        await inbox.WorkAsync();
        Assert.True(Assert.Single(inbox.Documents).IsOpen);
        clock.Advance(TimeSpan.FromMinutes(1));
        await inbox.WorkAsync();

        Assert.True(Assert.Single(inbox.Documents).IsSetAside);
        Assert.Contains("no image of its study came in 24 hours", (await inbox.EventsAsync<LedgerEvent.DocumentSetAside>())[0].Reason, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(inbox.Folders.Refused, "*.document"));
        Assert.Equal((0, 1), (inbox.Answer.Names.Count, inbox.Answer.Unusable));
    }

    [Fact]
    public async Task A_document_that_nobody_scans_is_shown_again_for_an_hour_and_never_handed_on()
    {
        using var inbox = await MailDesk.OpenAsync(root, clock, ["sh", "-c", "exit 3"]);
        inbox.Receive(inbox.Message([image.ToFile()], Paper("")));

        for (var minutes = 0; minutes < 60; minutes += 20)
        {
            await inbox.WorkAsync();
            Assert.True(Assert.Single(inbox.Documents).IsOpen);
            Assert.Single(inbox.Answer.Documents);
            clock.Advance(TimeSpan.FromMinutes(20));
        }

        await inbox.WorkAsync();
        Assert.Equal("it was not scanned: sh ended with 3", (await inbox.EventsAsync<LedgerEvent.DocumentSetAside>()).Single().Reason);
        Assert.Equal((1, 1), (inbox.Answer.Names.Count, inbox.Answer.Unusable));
    }

    [Fact]
    public async Task A_document_whose_study_nothing_says_lies_aside_at_once()
    {
        using var inbox = await MailDesk.OpenAsync(root, clock, ["true"]);
        inbox.Receive(inbox.Message([image.ToFile(), new CtPhantom(2).ToFile()], Paper("")));

        await inbox.WorkAsync();

        Assert.Contains("names no study", (await inbox.EventsAsync<LedgerEvent.DocumentSetAside>()).Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_comes_again_is_the_same_object()
    {
        using var inbox = await MailDesk.OpenAsync(root, clock, ["true"]);
        inbox.Receive(inbox.Message([image.ToFile()], Paper("")));
        await inbox.WorkAsync();
        inbox.Receive(inbox.Message([image.ToFile()], Paper(image.StudyInstanceUid.Value)));
        await inbox.WorkAsync();

        Assert.Equal(2, inbox.Stored.Count);
        Assert.Equal(2, inbox.Answer.Names.Count);
        Assert.Single(await inbox.EventsAsync<LedgerEvent.DocumentFiled>());
        Assert.Empty(Directory.GetFiles(inbox.Folders.Documents));
    }

    [Fact]
    public async Task A_kill_at_any_step_loses_no_document_and_doubles_none()
    {
        var crashes = new List<string>();
        using (var inbox = await MailDesk.OpenAsync(Path.Combine(root, "first"), clock, ["true"]))
        {
            inbox.Receive(inbox.Message([image.ToFile()], Paper("")));
            inbox.AtEachStep(() =>
            {
                var copy = Path.Combine(root, $"crash-{crashes.Count}");
                FolderCopy.Copy(Path.Combine(root, "first"), copy);
                crashes.Add(copy);
            });
            await inbox.WorkAsync();
        }

        Assert.InRange(crashes.Count, 10, 1000);
        foreach (var crash in crashes)
        {
            using var inbox = await MailDesk.OpenAsync(crash, clock, ["true"]);
            await inbox.WorkAsync();
            await inbox.WorkAsync();

            Assert.Equal(2, inbox.Stored.Count);
            Assert.Equal((2, 0, 0), (inbox.Answer.Names.Distinct().Count(), inbox.Answer.Unusable, inbox.Answer.Documents.Count));
            Assert.Empty(Directory.GetFiles(inbox.Folders.Documents));
            Assert.Empty(Directory.GetFiles(inbox.Folders.Inbox));
            Assert.Empty(Directory.GetFiles(inbox.Folders.Refused));
        }
    }

    private StudyDocument Paper(string study)
    {
        var path = Path.Combine(root, "paper.pdf");
        File.WriteAllBytes(path, Papers.Pdf());
        return new StudyDocument(study, "application/pdf", path);
    }
}
