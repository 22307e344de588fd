using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>A socket that listens, and the process that has it.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Address">The local address.</param>
/// <param name="Port">The local port.</param>
/// <param name="ProcessId">The process.</param>
internal sealed record ListeningSocket(TransportProtocol Protocol, IPAddress Address, int Port, int ProcessId);

/// <summary>The IP Helper's tables of TCP listeners and UDP endpoints with their owners ("GetExtendedTcpTable function", "GetExtendedUdpTable function", Microsoft Learn): no cmdlet is needed, and none is localized.</summary>
internal static partial class SocketTables
{
    private const int Version4 = 2; // AF_INET
    private const int Version6 = 23; // AF_INET6
    private const int TcpOwnerListeners = 3; // TCP_TABLE_OWNER_PID_LISTENER
    private const int UdpOwners = 1; // UDP_TABLE_OWNER_PID
    private const int InsufficientBuffer = 122;

    /// <summary>Where a table's rows have what is asked of them, bytes from the row's beginning.</summary>
    /// <param name="Protocol">TCP or UDP.</param>
    /// <param name="RowSize">A row's size.</param>
    /// <param name="Address">The local address, in network order.</param>
    /// <param name="AddressSize">Its size.</param>
    /// <param name="Port">The local port: the first two bytes, in network order.</param>
    /// <param name="Process">The process id.</param>
    internal sealed record RowShape(TransportProtocol Protocol, int RowSize, int Address, int AddressSize, int Port, int Process);

    /// <summary>"MIB_TCPROW_OWNER_PID structure".</summary>
    internal static RowShape Tcp4 { get; } = new(TransportProtocol.Tcp, RowSize: 24, Address: 4, AddressSize: 4, Port: 8, Process: 20);

    /// <summary>"MIB_TCP6ROW_OWNER_PID structure".</summary>
    internal static RowShape Tcp6 { get; } = new(TransportProtocol.Tcp, RowSize: 56, Address: 0, AddressSize: 16, Port: 20, Process: 52);

    /// <summary>"MIB_UDPROW_OWNER_PID structure".</summary>
    internal static RowShape Udp4 { get; } = new(TransportProtocol.Udp, RowSize: 12, Address: 0, AddressSize: 4, Port: 4, Process: 8);

    /// <summary>"MIB_UDP6ROW_OWNER_PID structure".</summary>
    internal static RowShape Udp6 { get; } = new(TransportProtocol.Udp, RowSize: 28, Address: 0, AddressSize: 16, Port: 20, Process: 24);

    /// <summary>Every listening socket of this computer.</summary>
    [SupportedOSPlatform("windows")]
    public static IReadOnlyList<ListeningSocket> Read() =>
    [
        .. Parse(Table(Version4, tcp: true), Tcp4),
        .. Parse(Table(Version6, tcp: true), Tcp6),
        .. Parse(Table(Version4, tcp: false), Udp4),
        .. Parse(Table(Version6, tcp: false), Udp6),
    ];

    /// <summary>The rows of a table: their count, then one after the other.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shape">What its rows are.</param>
    internal static IReadOnlyList<ListeningSocket> Parse(byte[] table, RowShape shape)
    {
        var found = new List<ListeningSocket>();
        for (var (left, at) = (BinaryPrimitives.ReadInt32LittleEndian(table), sizeof(int)); left > 0; (left, at) = (left - 1, at + shape.RowSize))
        {
            var row = table.AsSpan(at, shape.RowSize);
            found.Add(new ListeningSocket(
                shape.Protocol,
                new IPAddress(row.Slice(shape.Address, shape.AddressSize)),
                BinaryPrimitives.ReadUInt16BigEndian(row[shape.Port..]),
                BinaryPrimitives.ReadInt32LittleEndian(row[shape.Process..])));
        }

        return found;
    }

    // The table can grow between asking for its size and reading it.
    [SupportedOSPlatform("windows")]
    private static byte[] Table(int family, bool tcp)
    {
        for (var size = 0; ;)
        {
            var table = new byte[Math.Max(size, sizeof(int))];
            var error = tcp
                ? GetExtendedTcpTable(table, ref size, ordered: false, family, TcpOwnerListeners, 0)
                : GetExtendedUdpTable(table, ref size, ordered: false, family, UdpOwners, 0);
            if (error == 0)
                return table;
            if (error != InsufficientBuffer)
                throw new Win32Exception(error);
        }
    }

    [LibraryImport("iphlpapi.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetExtendedTcpTable([Out] byte[] table, ref int size, [MarshalAs(UnmanagedType.Bool)] bool ordered, int family, int kind, int reserved);

    [LibraryImport("iphlpapi.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetExtendedUdpTable([Out] byte[] table, ref int size, [MarshalAs(UnmanagedType.Bool)] bool ordered, int family, int kind, int reserved);
}
