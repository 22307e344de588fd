using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Tests.Alarming;

/// <summary>An archive that takes no image, whatever it is: each is answered C000, which no other try changes.</summary>
internal sealed class RefusingPacs : IAsyncDisposable, IStorageHandler
{
    private readonly string? comment;
    private readonly CancellationTokenSource closing = new();
    private readonly TcpListener listener;
    private readonly Task serving;

    /// <summary>Opens it.</summary>
    /// <param name="comment">What it says of each (Error Comment, PS3.7 annex C).</param>
    public RefusingPacs(string? comment = null)
    {
        this.comment = comment;
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        serving = ServeAsync();
    }

    public int Port { get; } = Dcmtk.FreePort();

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false })
        {
        }

        return new StoreOutcome(DimseStatus.CannotUnderstand, comment);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await serving;
        listener.Dispose();
        closing.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                using var socket = await listener.AcceptSocketAsync(closing.Token);
                await using var association = await AssociationAcceptor.AcceptAsync(
                    socket, new AcceptorPolicy(_ => null, _ => true, 16384, AssociationTimeouts.Default), TimeProvider.System, closing.Token);
                await StorageProvider.ServeAsync(association, this, closing.Token);
            }
            catch (Exception failure) when (failure is AssociationException or OperationCanceledException or SocketException)
            {
                // the next one, or the end
            }
        }
    }
}
