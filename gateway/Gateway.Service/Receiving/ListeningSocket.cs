using System.Net;
using System.Net.Sockets;

namespace Gateway.Service.Receiving;

/// <summary>
/// The bound socket of the DICOM listener. It is bound before the service is built, so that a port in use is a line, not a trace.
/// </summary>
internal sealed class ListeningSocket : IDisposable
{
    private ListeningSocket(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>Binds to an address and port.</summary>
    /// <exception cref="SocketException">The port is in use, or the address is none of this machine.</exception>
    public static ListeningSocket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsWindows())
                socket.ExclusiveAddressUse = true; // elsewhere another program could take the port over
            socket.Bind(endPoint);
            socket.Listen();
            return new ListeningSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => Socket.Dispose();
}
