using System.Buffers.Binary;
using System.Net;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest.Sections;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>Tables as the IP Helper lays them out (iprtrmib.h, udpmib.h), written field by field.</summary>
public class SocketTablesTests
{
    [Fact]
    public void A_table_of_TCP_over_IPv4_is_read() => Assert.Equal(
        [new(TransportProtocol.Tcp, IPAddress.Any, 445, 4), new(TransportProtocol.Tcp, IPAddress.Loopback, 8104, 4711)],
        SocketTables.Parse(Table([2, 0x00000000, Port(445), 0, 0, 4], [2, 0x0100007F, Port(8104), 0, 0, 4711]), SocketTables.Tcp4));

    [Fact]
    public void A_table_of_TCP_over_IPv6_is_read() => Assert.Equal(
        [new(TransportProtocol.Tcp, IPAddress.IPv6Loopback, 11112, 99)],
        SocketTables.Parse(Table([0, 0, 0, 0x01000000, 0, Port(11112), 0, 0, 0, 0, 0, 0, 2, 99]), SocketTables.Tcp6));

    [Fact]
    public void Tables_of_UDP_are_read()
    {
        Assert.Equal([new(TransportProtocol.Udp, IPAddress.Any, 5353, 8)], SocketTables.Parse(Table([0, Port(5353), 8]), SocketTables.Udp4));
        Assert.Equal([new(TransportProtocol.Udp, IPAddress.IPv6Any, 500, 9)], SocketTables.Parse(Table([0, 0, 0, 0, 0, Port(500), 9]), SocketTables.Udp6));
    }

    [Fact]
    public void An_empty_table_holds_nothing() => Assert.Empty(SocketTables.Parse(Table(), SocketTables.Tcp4));

    private static uint Port(ushort port) => BinaryPrimitives.ReverseEndianness(port); // network order in the lower half

    private static byte[] Table(params uint[][] rows) =>
        [.. new[] { (uint)rows.Length }.Concat(rows.SelectMany(row => row)).SelectMany(BitConverter.GetBytes)];
}
