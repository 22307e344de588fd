namespace Gateway.DicomMail.OpenPgp;

/// <summary>The checksum of armour (RFC 9580 section 6.1.1), sixteen bytes at a step.</summary>
/// <remarks>The register is kept in the upper 24 bits of 32, so that whole words go in.</remarks>
internal struct Crc24()
{
    private const uint Polynomial = 0x864CFB00;
    private const int Step = 16;

    private static readonly uint[] Tables = MakeTables();

    private uint register = 0xB704CE00;

    /// <summary>The checksum of all bytes so far: 24 bits.</summary>
    public readonly int Value => (int)(register >> 8);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var tables = Tables.AsSpan();
        var crc = register;
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            crc = tables[(15 << 8) | (int)((crc >> 24) ^ bytes[0])] ^ tables[(14 << 8) | (int)(((crc >> 16) & 0xFF) ^ bytes[1])]
                ^ tables[(13 << 8) | (int)(((crc >> 8) & 0xFF) ^ bytes[2])] ^ tables[(12 << 8) | (int)((crc & 0xFF) ^ bytes[3])]
                ^ tables[(11 << 8) | bytes[4]] ^ tables[(10 << 8) | bytes[5]] ^ tables[(9 << 8) | bytes[6]] ^ tables[(8 << 8) | bytes[7]]
                ^ tables[(7 << 8) | bytes[8]] ^ tables[(6 << 8) | bytes[9]] ^ tables[(5 << 8) | bytes[10]] ^ tables[(4 << 8) | bytes[11]]
                ^ tables[(3 << 8) | bytes[12]] ^ tables[(2 << 8) | bytes[13]] ^ tables[(1 << 8) | bytes[14]] ^ tables[bytes[15]];
        }

        foreach (var one in bytes)
            crc = (crc << 8) ^ tables[(int)(crc >> 24) ^ one];
        register = crc;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[Step << 8];
        for (var value = 0; value < 256; value++)
        {
            var crc = (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc & 0x80000000) == 0 ? 0 : Polynomial);
            tables[value] = crc;
        }

        for (var at = 256; at < tables.Length; at++)
            tables[at] = (tables[at - 256] << 8) ^ tables[tables[at - 256] >> 24];
        return tables;
    }
}
