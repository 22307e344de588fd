using System.Collections.Concurrent;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

namespace Gateway.Dicom.Tests.Commitment;

/// <summary>Storage Commitment Push Model (PS3.4 annex J), our user against our provider.</summary>
public sealed class CommitmentTests
{
    private static readonly Uid Transaction = Uid.Parse("1.2.3.99");
    private static readonly InstanceReference Kept = new(SopClasses.CtImageStorage, Uid.Parse("1.2.3.1"));
    private static readonly InstanceReference Lost = new(SopClasses.CtImageStorage, Uid.Parse("1.2.3.2"));
    private static readonly CommitmentRequest Both = new(Transaction, [Kept, Lost]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static AcceptorPolicy Policy => OurScp.Policy with { AcceptsAbstractSyntax = sopClass => sopClass == SopClasses.StorageCommitment };

    [Fact]
    public async Task A_request_is_answered_and_then_reported_on_the_same_association()
    {
        var keeper = new Keeper();
        await using var scp = OurScp.Start(Policy);
        scp.Commitment = keeper;
        CommitmentReport? report = null;
        await using var user = await CommitmentUser.ConnectAsync(scp.Caller, (told, _) => Answer(report = told), Cancellation);

        Assert.Equal(DimseStatus.Success, await user.AskAsync(Both, Cancellation));
        Assert.True(await user.ListenAsync(Cancellation));
        await user.ReleaseAsync(Cancellation);

        Assert.Equal(Transaction, report!.Transaction);
        Assert.Equal([Kept], report.Committed);
        Assert.Equal([new FailedInstance(Lost, FailureReason.NoSuchObjectInstance)], report.Failed);
        Assert.Null(await scp.EndAsync(Cancellation));
        Assert.Equal([DimseStatus.Success], keeper.Told);
        Assert.Equal(Both.Instances, Assert.Single(keeper.Asked).Instances);
    }

    [Fact]
    public async Task A_user_that_releases_at_once_is_not_told_on_that_association()
    {
        var keeper = new Keeper { Pause = Timeout.InfiniteTimeSpan };
        await using var scp = OurScp.Start(Policy);
        scp.Commitment = keeper;
        await using var user = await CommitmentUser.ConnectAsync(scp.Caller, (_, _) => Answer(null), Cancellation);

        await user.AskAsync(Both, Cancellation);
        await user.ReleaseAsync(Cancellation);

        Assert.Null(await scp.EndAsync(Cancellation));
        Assert.Empty(keeper.Told);
    }

    [Fact]
    public async Task A_user_that_listens_can_stop_listening_with_a_release()
    {
        await using var scp = OurScp.Start(Policy);
        scp.Commitment = new Keeper { Pause = Timeout.InfiniteTimeSpan };
        await using var user = await CommitmentUser.ConnectAsync(scp.Caller, (_, _) => Answer(null), Cancellation);
        await user.AskAsync(Both, Cancellation);

        var listening = user.ListenAsync(Cancellation);
        await user.EndListeningAsync(Cancellation);

        Assert.False(await listening);
        Assert.Null(await scp.EndAsync(Cancellation));
    }

    [Fact]
    public async Task A_provider_reports_on_an_association_of_its_own_in_the_role_of_the_provider()
    {
        var keeper = new Keeper();
        await using var user = OurScp.Start(Policy with { AcceptsProvider = sopClass => sopClass == SopClasses.StorageCommitment });
        user.Commitment = keeper;
        var report = new CommitmentReport(Transaction, [Kept], []);

        Assert.Equal(DimseStatus.Success, await CommitmentProvider.ReportAsync(user.Caller, report, Cancellation));

        Assert.Null(await user.EndAsync(Cancellation));
        var taken = Assert.Single(keeper.Taken);
        Assert.Equal(report.Transaction, taken.Transaction);
        Assert.Equal(report.Committed, taken.Committed);
        Assert.Empty(taken.Failed);
    }

    [Fact]
    public async Task A_provider_reports_nothing_to_a_peer_that_does_not_take_it_as_provider()
    {
        var keeper = new Keeper();
        await using var user = OurScp.Start(Policy);
        user.Commitment = keeper;

        await Assert.ThrowsAsync<ContextNotAcceptedException>(() => CommitmentProvider.ReportAsync(user.Caller, new CommitmentReport(Transaction, [Kept], []), Cancellation));

        Assert.Empty(keeper.Taken);
    }

    [Theory]
    [InlineData("1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.1", 2, true, 0x0123)] // no such action type
    [InlineData("1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.2", 1, true, 0x0112)] // no such SOP instance
    [InlineData("1.2.840.10008.1.20.2", "1.2.840.10008.1.20.1.1", 1, true, 0x0118)] // no such SOP class
    [InlineData("1.2.840.10008.1.20.1", "1.2.840.10008.1.20.1.1", 1, false, 0x0115)] // names nothing
    public async Task What_is_no_request_for_commitment_is_answered_with_its_status_and_the_association_goes_on(
        string sopClass, string sopInstance, int action, bool hasContent, int status)
    {
        var keeper = new Keeper();
        await using var scp = OurScp.Start(Policy);
        scp.Commitment = keeper;
        await using var association = await AssociationRequestor.RequestAsync(
            scp.Caller, [new ProposedContext(1, SopClasses.StorageCommitment, [TransferSyntax.ImplicitVrLittleEndian])], TimeProvider.System, Cancellation);
        var messages = new MessageExchange(association);

        for (ushort id = 7; id < 9; id++)
        {
            using var bytes = new MemoryStream();
            var set = hasContent ? Both.ToDataSet() : new DataSet([DataElement.OfIdentifier(new Tag(0x0008, 0x1195), Transaction)]);
            set.WriteTo(bytes, TransferSyntax.ImplicitVrLittleEndian, GroupLengths.Drop, Cancellation);
            bytes.Position = 0;
            await messages.SendAsync(
                association.Contexts[1], new ActionRequest(id, Uid.Parse(sopClass), Uid.Parse(sopInstance), (ushort)action).ToCommand(), bytes, null, Cancellation);
            var answer = (await messages.ReceiveAsync(Cancellation))!.Command;
            Assert.Equal(CommandField.ActionResponse, answer.CommandField);
            Assert.Equal(id, answer.MessageIdBeingRespondedTo);
            Assert.Equal(status, answer.Status!.Value.Code);
        }

        await association.ReleaseAsync(Cancellation);
        Assert.Empty(keeper.Asked);
    }

    [Fact]
    public async Task A_provider_without_storage_commitment_says_that_it_does_not_know_the_operation()
    {
        await using var scp = OurScp.Start(Policy);
        await using var user = await CommitmentUser.ConnectAsync(scp.Caller, (_, _) => Answer(null), Cancellation);

        Assert.Equal(DimseStatus.UnrecognizedOperation, await user.AskAsync(Both, Cancellation));

        await user.ReleaseAsync(Cancellation);
    }

    private static Task<DimseStatus> Answer(CommitmentReport? _) => Task.FromResult(DimseStatus.Success);

    /// <summary>Keeps the first of two instances.</summary>
    private sealed class Keeper : ICommitmentHandler
    {
        public TimeSpan Pause { get; init; } = TimeSpan.Zero;

        public ConcurrentQueue<CommitmentRequest> Asked { get; } = [];

        public ConcurrentQueue<DimseStatus> Told { get; } = [];

        public ConcurrentQueue<CommitmentReport> Taken { get; } = [];

        public Task<DimseStatus> AskAsync(Association association, CommitmentRequest request, CancellationToken cancellation)
        {
            Asked.Enqueue(request);
            return Task.FromResult(DimseStatus.Success);
        }

        public async Task<CommitmentReport> ReportAsync(CommitmentRequest request, CancellationToken cancellation)
        {
            await Task.Delay(Pause, cancellation);
            return new CommitmentReport(request.Transaction, [request.Instances[0]], [new FailedInstance(request.Instances[1], FailureReason.NoSuchObjectInstance)]);
        }

        public Task ToldAsync(CommitmentReport report, DimseStatus status)
        {
            Told.Enqueue(status);
            return Task.CompletedTask;
        }

        public Task<DimseStatus> TakeAsync(Association association, CommitmentReport report, CancellationToken cancellation)
        {
            Taken.Enqueue(report);
            return Task.FromResult(DimseStatus.Success);
        }
    }
}
