using System.Buffers.Binary;
using System.Net.Sockets;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Tests.UpperLayer.Protocol;

/// <summary>A peer that sends whatever bytes it is told to.</summary>
internal static class RawPeer
{
    public static readonly byte[] Data = [4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 1, 3, 0, 0];

    public static readonly byte[] Unknown = [9, 0, 0, 0, 0, 4, 0, 0, 0, 0];

    public static readonly byte[] UserAbort = [7, 0, 0, 0, 0, 4, 0, 0, 0, 0];

    /// <summary>The next PDU, whole; empty where the other side has closed.</summary>
    public static async Task<byte[]> ReadPduAsync(this Socket peer, CancellationToken cancellation)
    {
        var header = await ReadAsync(peer, PduReader.HeaderLength, cancellation);
        if (header.Length == 0)
            return [];
        return [.. header, .. await ReadAsync(peer, (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(2)), cancellation)];
    }

    /// <summary>Whether the other side has closed the connection, after everything that it sent was read.</summary>
    public static async Task<bool> IsClosedByOtherSideAsync(this Socket peer, CancellationToken cancellation)
    {
        try
        {
            return await peer.ReceiveAsync(new byte[1], cancellation) == 0;
        }
        catch (SocketException)
        {
            return true; // closed with bytes unread
        }
    }

    private static async Task<byte[]> ReadAsync(Socket peer, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && await peer.ReceiveAsync(bytes.AsMemory(read), cancellation) is var more and > 0)
            read += more;
        return bytes[..read];
    }
}
