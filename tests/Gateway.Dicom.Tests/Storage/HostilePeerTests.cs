using System.Net;
using System.Net.Sockets;
using CsCheck;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.UpperLayer;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using ProtocolViolationException = Gateway.Dicom.UpperLayer.ProtocolViolationException;

namespace Gateway.Dicom.Tests.Storage;

/// <summary>
/// Whatever bytes a peer sends before it says that there are no more, an association ends, and only in the declared ways. No clock runs:
/// what would wait for a timeout would wait for ever.
/// </summary>
public sealed class HostilePeerTests
{
    private static readonly byte[] Command = new StoreRequest(1, SopClasses.CtImageStorage, Uid.Parse("1.2.3")).ToCommand().ToBytes();

    private static readonly byte[][] Dialogue =
    [
        (LoopbackPair.Request with
        {
            UserInformation = UserInformation.Own(16384) with
            {
                Window = new OperationsWindow(4, 1),
                Roles = [new RoleSelection(SopClasses.CtImageStorage, true, true)],
                Identity = UserIdentity.ByPasscode("name", "secret", requestsResponse: true),
            },
        }).ToBytes(),
        Data(isCommand: true, isLast: true, Command),
        Data(isCommand: false, isLast: false, new byte[200]),
        Data(isCommand: false, isLast: true, new byte[100]),
        Data(isCommand: true, isLast: false, Command[..40]),
        Data(isCommand: true, isLast: true, Command[40..]),
        Data(isCommand: false, isLast: true, new byte[10]),
        Data(isCommand: true, isLast: true, new EchoRequest(2).ToCommand().ToBytes()),
        ReleaseRequest.ToBytes(),
    ];

    private static readonly byte[][] Answers =
    [
        (LoopbackPair.Accept with
        {
            Contexts = [.. LoopbackPair.Contexts.Select(context => new NegotiatedContext(context.Id, ContextResult.Acceptance, context.TransferSyntaxes[^1]))],
            UserInformation = UserInformation.Own(16384) with { Window = new OperationsWindow(2, 1) },
        }).ToBytes(),
        Data(isCommand: true, isLast: true, new EchoResponse(1, DimseStatus.Success).ToCommand().ToBytes()),
        Data(isCommand: true, isLast: true, new StoreResponse(2, SopClasses.CtImageStorage, null, DimseStatus.Success, null).ToCommand().ToBytes()),
        ReleaseResponse.ToBytes(),
    ];

    private static readonly Gen<Change> Changes = Gen.OneOf(
        Gen.Select(Gen.Int[0, 2000], Gen.Byte, (at, value) => new Change("set", at, value)),
        Gen.Select(Gen.Int[0, 2000], Gen.Byte, (at, value) => new Change("insert", at, value)),
        Gen.Select(Gen.Int[0, 2000], Gen.Byte, (at, value) => new Change("remove", at, value)),
        Gen.Select(Gen.Int[0, 2000], Gen.Byte, (at, value) => new Change("cut", at, value)));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public Task A_dialogue_with_wrong_bytes_ends_in_a_declared_way(int maximumOperations) =>
        Gen.Select(Changes.Array[0, 4], Gen.Int[0, Dialogue.Length - 1].Array[0, 3]).SampleAsync(
            async random => await ServeAsync(Changed(random.Item1, random.Item2), maximumOperations), iter: 400, threads: 2);

    [Fact]
    public Task Random_bytes_after_a_right_request_end_in_a_declared_way() =>
        Gen.Select(Gen.Int[0, 8], Gen.Byte.Array[0, 300]).SampleAsync(
            async random => await ServeAsync([.. Dialogue[0], (byte)random.Item1, 0, 0, 0, .. random.Item2], 2), iter: 300, threads: 2);

    [Fact]
    public Task A_provider_with_wrong_bytes_ends_our_user_in_a_declared_way() => Changes.Array[0, 4].SampleAsync(
        async changes => await UseAsync(changes.Aggregate<Change, byte[]>([.. Answers.SelectMany(pdu => pdu)], (bytes, change) => change.Apply(bytes))),
        iter: 400, threads: 2);

    [Fact]
    public async Task The_answers_themselves_are_right() => Assert.Null(await UseAsync([.. Answers.SelectMany(pdu => pdu)]));

    [Fact]
    public async Task The_dialogue_itself_is_right() => Assert.Null(await ServeAsync([.. Dialogue.SelectMany(pdu => pdu)], 4));

    [Fact]
    public void A_command_set_with_wrong_bytes_is_read_or_is_a_violation_and_allocates_no_more_than_its_own_length() =>
        Gen.Select(Changes.Array[1, 6], Gen.Byte.Array[0, 64]).Sample(
            random =>
            {
                var bytes = random.Item1.Aggregate<Change, byte[]>([.. Command, .. random.Item2], (changed, change) => change.Apply(changed));
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    var command = CommandSet.Read(bytes);
                    _ = StoreRequest.From(command);
                    _ = (command.Status, command.ErrorComment, command.MessageIdBeingRespondedTo, command.HasDataSet);
                }
                catch (ProtocolViolationException)
                {
                    // the declared error
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
            },
            iter: 5_000, threads: 1);

    /// <summary>Serves a peer that sends the bytes and no more; how it ended, null for a release.</summary>
    private static async Task<AssociationException?> ServeAsync(byte[] bytes, int maximumOperations)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint);
        var accepted = await listener.AcceptSocketAsync();
        var policy = LoopbackPair.Policy with
        {
            MaximumOperations = _ => maximumOperations,
            JudgeIdentity = (_, _) => ValueTask.FromResult<IdentityVerdict?>(IdentityVerdict.Admitted),
        };
        await peer.SendAsync(bytes);
        peer.Shutdown(SocketShutdown.Send);
        try
        {
            await using var association = await AssociationAcceptor.AcceptAsync(accepted, policy, new FakeTimeProvider(), default);
            await StorageProvider.ServeAsync(association, new Reader(), default);
            return null;
        }
        catch (AssociationException declared)
        {
            return declared;
        }
    }

    /// <summary>Uses a provider that sends the bytes and no more; how it ended, null for a release.</summary>
    private static async Task<AssociationException?> UseAsync(byte[] bytes)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new RequestorOptions(listener.LocalEndpoint, AeTitle.Parse("PACS"), AeTitle.Parse("DICOMMAIL")) { MaximumOperations = 2 };
        var connecting = StorageClient.ConnectAsync(options, LoopbackPair.Contexts, default, new FakeTimeProvider());
        var answering = AnswerAsync(await listener.AcceptSocketAsync(), bytes);
        try
        {
            await using var client = await connecting;
            await client.EchoAsync(default);
            await client.StoreAsync(new MemoryStream(new CtPhantom(1).ToFile()), null, default);
            await client.ReleaseAsync(default);
            return null;
        }
        catch (AssociationException declared)
        {
            return declared;
        }
        catch (ContextNotAcceptedException)
        {
            return null; // the answer was changed to a refusal
        }
        finally
        {
            await answering;
        }
    }

    /// <summary>Sends all answers at once; each is read when its question is open. Then reads until our side closes.</summary>
    private static async Task AnswerAsync(Socket peer, byte[] bytes)
    {
        try
        {
            await peer.SendAsync(bytes);
            peer.Shutdown(SocketShutdown.Send);
            var read = new byte[64 * 1024];
            while (await peer.ReceiveAsync(read) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // our side closed first
        }
        finally
        {
            peer.Dispose();
        }
    }

    private static byte[] Changed(Change[] changes, int[] repeated)
    {
        var pdus = Dialogue.ToList();
        foreach (var index in repeated)
            pdus.Insert(index, Dialogue[^(index + 1)]);
        return changes.Aggregate<Change, byte[]>([.. pdus.SelectMany(pdu => pdu)], (bytes, change) => change.Apply(bytes));
    }

    private static byte[] Data(bool isCommand, bool isLast, byte[] fragment)
    {
        var pdu = new byte[PduReader.HeaderLength + PresentationDataValue.HeaderLength + fragment.Length];
        PresentationDataValue.WriteHeaders(pdu, 3, isCommand, isLast, fragment.Length);
        fragment.CopyTo(pdu.AsSpan(^fragment.Length..));
        return pdu;
    }

    private sealed record Change(string Kind, int At, byte Value)
    {
        public byte[] Apply(byte[] bytes)
        {
            if (bytes.Length == 0)
                return bytes;
            var at = At % bytes.Length;
            return Kind switch
            {
                "set" => [.. bytes[..at], Value, .. bytes[(at + 1)..]],
                "insert" => [.. bytes[..at], Value, .. bytes[at..]],
                "remove" => [.. bytes[..at], .. bytes[(at + 1)..]],
                _ => bytes[..at],
            };
        }
    }

    private sealed class Reader : IStorageHandler
    {
        public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
        {
            while (!(await operation.ReadAsync(cancellation)).IsEmpty)
            {
            }

            return new StoreOutcome(DimseStatus.Success);
        }
    }
}
