using System.Text;
using Gateway.Service.Routing;
using Xunit;

namespace Gateway.Service.Tests.Routing;

/// <summary>What is a table of ids, and what is told of one that is not.</summary>
public sealed class IdTableTests
{
    [Theory]
    [InlineData("from,to\nA,1\nB,2\n")]
    [InlineData("from;to\r\nA;1\r\nB;2")]
    [InlineData("\uFEFFfrom,to\n\n A , 1 \nB,2\n\n")]
    public void A_table_is_a_first_line_and_an_id_and_its_new_one_a_line(string text)
    {
        var (table, problems) = Parse(text);

        Assert.Empty(problems);
        Assert.Equal([("A", "1"), ("B", "2")], table!.Ids.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Theory]
    [InlineData("A,1\nB,2", "line 1: the first line is neither from,to nor from;to")]
    [InlineData("", "line 1: the first line is neither from,to nor from;to")]
    [InlineData("from,to\nSECRET", "line 2: 1 fields where two are needed")]
    [InlineData("from,to\nA,1\nSECRET,1,2\nB,2", "line 3: 3 fields where two are needed")]
    [InlineData("from,to\nSECRET;1", "line 2: 1 fields where two are needed")]
    [InlineData("from,to\nSECRET,", "line 2: an id is empty")]
    [InlineData("from,to\n,1", "line 2: an id is empty")]
    [InlineData("from,to\nSECRET,1\nSECRET,2", "line 3: the id stands in an earlier line already")]
    [InlineData("from,to\nSECRET,A\\B", "line 2: an id has a backslash, a quotation mark or a control character")]
    [InlineData("from,to\n\"SECRET\",1", "line 2: an id has a backslash, a quotation mark or a control character")]
    [InlineData("from,to\nSECRET,12345678901234567", "line 2: the new id is longer than 16 characters")]
    public void A_table_that_is_wrong_is_none_and_says_in_which_line_and_no_id(string text, string problem)
    {
        var (table, problems) = Parse(text);

        Assert.Null(table);
        Assert.Equal(problem, Assert.Single(problems).ToString());
    }

    [Fact]
    public void Every_line_that_is_wrong_is_told_and_a_file_that_is_not_UTF_8_is()
    {
        Assert.Equal([2, 4], Parse("from,to\nA\nB,1\nC\n").Problems.Select(problem => problem.Line));
        Assert.Equal("the file is not UTF-8", Assert.Single(IdTable.Parse(Encoding.Latin1.GetBytes("from,to\nÄ,1"), 16).Problems).ToString());
    }

    private static (IdTable? Table, IReadOnlyList<IdTableProblem> Problems) Parse(string text) => IdTable.Parse(Encoding.UTF8.GetBytes(text), 16);
}
