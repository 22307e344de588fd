using System.Net;
using System.Net.Sockets;

namespace Gateway.Rig.MailPeers;

/// <summary>A port that leads to another one on loopback, and that a test opens, shuts and counts at.</summary>
public sealed class Door : IAsyncDisposable
{
    private readonly int to;
    private readonly Lock access = new();
    private readonly List<TcpClient> open = [];
    private readonly List<Task> passing = [];
    private TcpListener? listener;
    private int connections;
    private long inward;

    private Door(int to) => this.to = to;

    /// <summary>The port.</summary>
    public int Port { get; private set; }

    /// <summary>How many connections came.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>How many bytes went in.</summary>
    public long BytesInward => Interlocked.Read(ref inward);

    /// <summary>Everything is cut once as many bytes have gone in; never, unless a test says so.</summary>
    public long CutAfterBytes { get; set; } = long.MaxValue;

    /// <summary>Whether what comes out is held back, as by a server that has stopped answering.</summary>
    public bool IsSilent { get; set; }

    /// <summary>An open door.</summary>
    public static Door To(int port)
    {
        var door = new Door(port);
        door.Open();
        return door;
    }

    /// <summary>Opens it again, at the same port.</summary>
    public void Open()
    {
        var opened = new TcpListener(IPAddress.Loopback, Port);
        opened.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        opened.Start();
        Port = ((IPEndPoint)opened.LocalEndpoint).Port;
        listener = opened;
        lock (access)
            passing.Add(AcceptAsync(opened));
    }

    /// <summary>Lets nobody in, and throws out who is.</summary>
    public void Cut()
    {
        listener?.Dispose();
        lock (access)
        {
            foreach (var client in open)
                client.Client?.Close(0);

            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        Task[] all;
        lock (access)
            all = [.. passing];
        await Task.WhenAll(all);
    }

    private async Task AcceptAsync(TcpListener at)
    {
        try
        {
            while (true)
            {
                var client = await at.AcceptTcpClientAsync();
                Interlocked.Increment(ref connections);
                lock (access)
                    passing.Add(PassAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Shut.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        lock (access)
            open.AddRange([client, server]);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, to);
            await Task.WhenAny(PumpAsync(client, server, inwards: true), PumpAsync(server, client, inwards: false));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either left.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient into, bool inwards)
    {
        var buffer = new byte[65_536];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer)) > 0)
            {
                if (inwards && Interlocked.Add(ref inward, length) > CutAfterBytes)
                {
                    Cut();
                    return;
                }

                while (!inwards && IsSilent)
                    await Task.Delay(20);
                await into.GetStream().WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either left.
        }
    }
}
