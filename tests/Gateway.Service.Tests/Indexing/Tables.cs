using System.Data.Common;
using System.Globalization;
using Dapper;
using Gateway.Service.Indexing;

namespace Gateway.Service.Tests.Indexing;

/// <summary>What stands in the tables of an index, as text: the same of either database.</summary>
internal static class Tables
{
    private static readonly (string Table, string Order)[] All =
        [("study", "study_uid"), ("instance", "name"), ("delivery", "id"), ("delivery_instance", "delivery, name"), ("progress", "id")];

    public static async Task<string> DumpAsync(Dialect dialect)
    {
        await using var connection = await dialect.OpenAsync(CancellationToken.None);
        return await DumpAsync(connection);
    }

    public static async Task<string> DumpAsync(DbConnection connection)
    {
        var lines = new List<string>();
        foreach (var (table, order) in All)
        {
            foreach (IDictionary<string, object> row in await connection.QueryAsync($"SELECT * FROM {table} ORDER BY {order}"))
                lines.Add($"{table}: {string.Join(" | ", row.Select(column => $"{column.Key}={Convert.ToString(column.Value, CultureInfo.InvariantCulture)}"))}");
        }

        return string.Join('\n', lines);
    }
}
